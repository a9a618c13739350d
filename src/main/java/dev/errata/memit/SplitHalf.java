package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * How well C of one block is known by now: its relative standard error, from two halves of the text.
 *
 * <p>Documents of like length go to one half and the other in turn. With C₁ and C₂ their second moments, C = (C₁ + C₂)/2 has the
 * standard error {@code ‖C₁ − C₂‖ / ‖C₁ + C₂‖} (Frobenius). Both are seen through {@value #PROBES} random vectors Ω only,
 * {@code ‖(C₁ − C₂)Ω‖}, so it costs d_k·{@value #PROBES} for each token beside C's d_k². Every dimension is scaled by its root mean
 * square in the first documents: otherwise a few dimensions of huge variance would be all that is seen.
 *
 * <h2>Limits</h2> It says how far C is from that of endlessly more text <em>of this kind</em>.
 * <h2>Thread safety</h2> None.
 */
final class SplitHalf {
    static final int PROBES = 16;

    private final int width;
    /** One over each dimension's root mean square, once there is one. */
    private double[] scale = new double[0];

    private final double[][] sketches = new double[2][];
    private final long[] tokens = new long[2];

    SplitHalf(int width) {
        this.width = width;
        sketches[0] = new double[width * PROBES];
        sketches[1] = new double[width * PROBES];
    }

    /** d_k. */
    int width() {
        return width;
    }

    /** What a checkpoint keeps: scale and both sketches, and the tokens of each half. */
    record State(double[] scale, double[] first, double[] second, long firstTokens, long secondTokens) {}

    State state() {
        return new State(scale, sketches[0], sketches[1], tokens[0], tokens[1]);
    }

    void restore(State state) {
        scale = state.scale();
        sketches[0] = state.first();
        sketches[1] = state.second();
        tokens[0] = state.firstTokens();
        tokens[1] = state.secondTokens();
    }

    /** Adds keys (n, d_k), fp64, to a half. */
    void add(int half, NDArray keys) {
        try (NDManager step = keys.getManager().newSubManager()) {
            if (scale.length == 0) {
                scale = scale(keys);
            }
            NDArray probes = step.create(probes(), new Shape(width, PROBES));
            NDArray sketch = keys.transpose().matMul(keys.matMul(probes));
            double[] more = sketch.toDoubleArray();
            for (int i = 0; i < more.length; i++) {
                sketches[half][i] += more[i];
            }
            tokens[half] += keys.getShape().get(0);
        }
    }

    private double[] scale(NDArray keys) {
        DMatrixRMaj values = Doubles.download(keys);
        double[] squares = new double[width];
        for (int i = 0; i < values.data.length; i++) {
            squares[i % width] += values.data[i] * values.data[i];
        }
        double mean = CommonOps_DDRM.elementSum(DMatrixRMaj.wrap(1, width, squares)) / width;
        double[] roots = new double[width];
        for (int i = 0; i < width; i++) {
            // A dimension that was silent so far counts as one that is usual.
            double square = squares[i] > 0 ? squares[i] : Math.max(mean, Double.MIN_NORMAL);
            roots[i] = Math.sqrt(values.numRows / square);
        }
        return roots;
    }

    /** Random signs, each dimension scaled: the same at every call. */
    private double[] probes() {
        Random random = new Random(width);
        double[] probes = new double[width * PROBES];
        for (int i = 0; i < probes.length; i++) {
            probes[i] = random.nextBoolean() ? scale[i / PROBES] : -scale[i / PROBES];
        }
        return probes;
    }

    /** The relative standard error of C; NaN while a half has no token. */
    double standardError() {
        if (tokens[0] == 0 || tokens[1] == 0) {
            return Double.NaN;
        }
        double difference = 0;
        double sum = 0;
        for (int i = 0; i < width * PROBES; i++) {
            double one = scale[i / PROBES] * sketches[0][i] / tokens[0];
            double other = scale[i / PROBES] * sketches[1][i] / tokens[1];
            difference += (one - other) * (one - other);
            sum += (one + other) * (one + other);
        }
        return Math.sqrt(difference / sum);
    }
}
