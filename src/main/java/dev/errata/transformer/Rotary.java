package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Rotary position embedding: within a head, pairs of coordinates are turned by an angle that grows with the position.
 *
 * <p>Models differ in which coordinates pair up and in how much of a head is turned. Both are data here: with a constant matrix P that
 * swaps the partners of each pair and negates one, turning is {@code x·cos + (P x)·sin}, where cos is 1 and sin is 0 for coordinates
 * that are not turned. P holds one ±1 per row, so its product is exact.
 *
 * <h2>Thread safety</h2> Immutable.
 */
final class Rotary {
    /** Base of the frequencies in every architecture that does not say otherwise. */
    static final double BASE = 10_000;

    private final NDArray partner;
    private final Table cos;
    private final Table sin;

    private Rotary(NDArray partner, Table cos, Table sin) {
        this.partner = partner;
        this.cos = cos;
        this.sin = sin;
    }

    /** Pairs are neighbours: (0, 1), (2, 3) … (GPT-J). */
    static Rotary neighbours(ModelConfig config, double base, NDManager manager) {
        int[][] pairs = new int[config.rotaryDim() / 2][];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new int[] {2 * i, 2 * i + 1};
        }
        return of(config, pairs, base, manager);
    }

    private static Rotary of(ModelConfig config, int[][] pairs, double base, NDManager manager) {
        int dim = config.headDim();
        int positions = config.positions();
        float[] partner = new float[dim * dim];
        float[] cos = new float[positions * dim];
        float[] sin = new float[positions * dim];
        Arrays.fill(cos, 1);
        for (int i = 0; i < pairs.length; i++) {
            int a = pairs[i][0];
            int b = pairs[i][1];
            // Row vectors are multiplied from the left: y = x·P gives y[a] = -x[b] and y[b] = x[a].
            partner[b * dim + a] = -1;
            partner[a * dim + b] = 1;
            float frequency = 1f / (float) Math.pow(base, (float) (2 * i) / (2 * pairs.length));
            for (int position = 0; position < positions; position++) {
                // The angle is rounded to fp32 before the sine is taken, as the models were trained.
                float angle = position * frequency;
                cos[position * dim + a] = cos[position * dim + b] = (float) Math.cos(angle);
                sin[position * dim + a] = sin[position * dim + b] = (float) Math.sin(angle);
            }
        }
        return new Rotary(
                manager.create(partner, new Shape(dim, dim)),
                new Table(manager.create(cos, new Shape(positions, dim))),
                new Table(manager.create(sin, new Shape(positions, dim))));
    }

    /** The angles of some positions, (rows, T) I64, attached to their manager. */
    Angles angles(NDArray positions) {
        try (Scope scope = Scope.of(positions)) {
            NDArray entered = scope.enter(positions);
            return new Angles(scope.leave(cos.at(entered).expandDims(2)), scope.leave(sin.at(entered).expandDims(2)));
        }
    }

    /** Turns heads (rows, T, heads, head dim) by the angles of their positions. */
    NDArray turn(NDArray heads, Angles angles) {
        return heads.mul(angles.cos()).addi(heads.matMul(partner).muli(angles.sin()));
    }

    /** Cosine and sine for the positions of one batch, each (rows or 1, T, 1, head dim). */
    record Angles(NDArray cos, NDArray sin) {}
}
