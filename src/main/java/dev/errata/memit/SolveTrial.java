package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.function.BinaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * One edited block of any size with made-up keys and covariance, for measuring the solve: Errata's and the reference's, on the CPU.
 *
 * <p>{@code λC = D + F Fᵀ} with a diagonal D between 0.1 and 10 and F of rank {@value #RANK}, so that its inverse is known without
 * inverting (Woodbury): a bench of the solve need not wait for the one factorisation, which {@link #factoriseSeconds} measures by itself.
 *
 * <h2>Limits</h2> Two d_k x d_k matrices; two more while the dense solve runs or λC is inverted: 8 GiB at d_k = 16,384.
 * <h2>Thread safety</h2> None.
 */
public final class SolveTrial implements AutoCloseable {
    private static final int RANK = 64;
    private static final double NANOS = 1e9;

    private final NDManager manager = Products.manager();
    private final BinaryOperator<NDArray> dense;
    private final Random random;
    private final int width;
    private final int keyWidth;
    private final NDArray weighted;
    private final NDArray inverse;
    private final DMatrixRMaj liveKeys;
    private final AssociativeMemory live;

    /**
     * One batch solved both ways.
     *
     * @param incrementalSeconds keys and residuals to factors and to the live set afterwards
     * @param denseSeconds {@code λC + K Kᵀ} formed and solved for K by LU, as the reference does
     * @param difference of what both give for the keys, relative; fp64
     */
    public record Times(double incrementalSeconds, double denseSeconds, double difference) {}

    /**
     * @param live pairs that are there before any batch comes
     * @param dense solves {@code a·x = b} for fp64 matrices a (d_k, d_k) and b (d_k, any), x with the manager of b
     */
    public SolveTrial(int width, int keyWidth, int live, long seed, BinaryOperator<NDArray> dense) {
        this.dense = dense;
        this.width = width;
        this.keyWidth = keyWidth;
        this.random = new Random(seed);
        this.weighted = manager.create(new Shape(keyWidth, keyWidth), DataType.FLOAT64);
        this.inverse = manager.create(new Shape(keyWidth, keyWidth), DataType.FLOAT64);
        fill();
        this.liveKeys = keys(live);
        AssociativeMemory empty = AssociativeMemory.empty(prior(), keyWidth, width);
        this.live = live == 0 ? empty : empty.with(liveKeys, gaussian(live, width, 1));
    }

    /** λC and its inverse {@code D⁻¹ − D⁻¹F (I + FᵀD⁻¹F)⁻¹ FᵀD⁻¹}, some rows at a time. */
    private void fill() {
        double[] diagonal = random.doubles(keyWidth, -1, 1).map(x -> Math.pow(10, x)).toArray();
        DMatrixRMaj f = gaussian(keyWidth, RANK, 1 / Math.sqrt(RANK));
        DMatrixRMaj scaled = f.copy();
        CommonOps_DDRM.divideRows(diagonal, scaled);
        DMatrixRMaj core = Products.transposedTimes(f, scaled);
        CommonOps_DDRM.addEquals(core, CommonOps_DDRM.identity(RANK));
        DMatrixRMaj right = Cholesky.of(core).solve(CommonOps_DDRM.transpose(scaled, null));
        int step = Math.max(1, (1 << 23) / keyWidth);
        for (int from = 0; from < keyWidth; from += step) {
            int to = Math.min(keyWidth, from + step);
            DMatrixRMaj some = Products.timesTransposed(CommonOps_DDRM.extract(f, from, to, 0, RANK), f);
            DMatrixRMaj less = Products.times(CommonOps_DDRM.extract(scaled, from, to, 0, RANK), right);
            CommonOps_DDRM.changeSign(less);
            for (int row = from; row < to; row++) {
                some.add(row - from, row, diagonal[row]);
                less.add(row - from, row, 1 / diagonal[row]);
            }
            put(weighted, some, from, to);
            put(inverse, less, from, to);
        }
    }

    private void put(NDArray into, DMatrixRMaj rows, int from, int to) {
        try (NDArray piece = Doubles.upload(manager, rows.data, rows.numRows, rows.numCols)) {
            into.set(new NDIndex("{}:{}", from, to), piece);
        }
    }

    private Prior prior() {
        return new Prior() {
            @Override
            public DMatrixRMaj times(DMatrixRMaj rows) {
                try (NDManager step = manager.newSubManager()) {
                    return Doubles.download(Products.upload(step, rows).matMul(inverse));
                }
            }

            @Override
            public DMatrixRMaj weighted() {
                return Doubles.download(weighted);
            }
        };
    }

    /** Solves one batch of random facts both ways. */
    public Times run(int facts) {
        DMatrixRMaj keys = keys(facts);
        DMatrixRMaj residuals = gaussian(facts, width, 1);
        long start = System.nanoTime();
        AssociativeMemory.Insertion insertion = live.insert(keys, residuals);
        double incremental = (System.nanoTime() - start) / NANOS;

        DMatrixRMaj all = live.size() == 0 ? keys : CommonOps_DDRM.concatRowsMulti(liveKeys, keys);
        start = System.nanoTime();
        DMatrixRMaj solved = dense(all, keys);
        double seconds = (System.nanoTime() - start) / NANOS;
        return new Times(incremental, seconds, difference(insertion.change(), solved, keys, residuals));
    }

    /** X = (λC + K Kᵀ)⁻¹K, (d_k, n), of all keys K for the new ones. */
    private DMatrixRMaj dense(DMatrixRMaj all, DMatrixRMaj keys) {
        try (NDManager step = manager.newSubManager()) {
            NDArray k = Products.upload(step, all);
            NDArray a = k.transpose().matMul(k).addi(weighted);
            k.close();
            NDArray rows = Products.upload(step, keys);
            try (NDArray x = dense.apply(a, rows.transpose())) {
                return Doubles.download(x);
            }
        }
    }

    /** Of ΔW K for the batch's keys: by factors, or R (Xᵀ K). */
    private static double difference(Change change, DMatrixRMaj solved, DMatrixRMaj keys, DMatrixRMaj residuals) {
        DMatrixRMaj expected = Products.transposedTimes(residuals, Products.transposedTimes(solved, CommonOps_DDRM.transpose(keys, null)));
        DMatrixRMaj actual = change instanceof Factors factors
                ? Products.transposedTimes(factors.b(), Products.timesTransposed(factors.a(), keys))
                : Products.timesTransposed(((Change.Whole) change).matrix(), keys);
        return NormOps_DDRM.normF(CommonOps_DDRM.subtract(actual, expected, null)) / NormOps_DDRM.normF(expected);
    }

    /** The one factorisation: λC inverted in fp64, as is done once for a model and kept. */
    public double factoriseSeconds() {
        long start = System.nanoTime();
        try (NDArray whole = Products.inverse(weighted);
                NDArray corner = whole.get(new NDIndex("0:1, 0:1"))) {
            // Reading a number waits for the engine.
            double first = corner.toDoubleArray()[0];
            if (!(first > 0)) {
                throw new IllegalStateException("inverse[0][0]: " + first + " (expected: above 0)");
            }
            return (System.nanoTime() - start) / NANOS;
        }
    }

    private DMatrixRMaj keys(int count) {
        return gaussian(count, keyWidth, 1);
    }

    private DMatrixRMaj gaussian(int rows, int columns, double scale) {
        DMatrixRMaj values = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < values.data.length; i++) {
            values.data[i] = scale * random.nextGaussian();
        }
        return values;
    }

    @Override
    public void close() {
        manager.close();
    }
}
