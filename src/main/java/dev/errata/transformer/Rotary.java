package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary position embedding: within a head, pairs of coordinates are turned by an angle that grows with the position.
 *
 * <p>Models differ in which coordinates pair up, in how fast each pair turns and in how much of a head is turned. All of it is data here:
 * with a constant matrix P that swaps the partners of each pair and negates one, turning is {@code x·cos + (P x)·sin}; a coordinate that
 * is not turned has the frequency 0 and no partner. P holds at most one ±1 per row, so its product is exact.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param partner P, (head dim, head dim)
 * @param frequencies radians a position of each coordinate, (head dim)
 * @param pairs which coordinates are partners
 */
record Rotary(NDArray partner, NDArray frequencies, Pairs pairs) {

    /** Pairs are neighbours: (0, 1), (2, 3) … (GPT-J). */
    static Rotary neighbours(int headDim, float[] frequencies, NDManager manager) {
        return of(headDim, frequencies, new Pairs(frequencies.length, true), manager);
    }

    /** Pairs lie half of what is turned apart: (0, n), (1, n + 1) … for n pairs (GPT-NeoX, Llama). */
    static Rotary halves(int headDim, float[] frequencies, NDManager manager) {
        return of(headDim, frequencies, new Pairs(frequencies.length, false), manager);
    }

    /** @param frequencies of each pair */
    private static Rotary of(int headDim, float[] frequencies, Pairs pairs, NDManager manager) {
        float[] partner = new float[headDim * headDim];
        float[] each = new float[headDim];
        for (int pair = 0; pair < frequencies.length; pair++) {
            int a = pairs.first(pair);
            int b = pairs.second(pair);
            // Row vectors are multiplied from the left: y = x·P gives y[a] = -x[b] and y[b] = x[a].
            partner[b * headDim + a] = -1;
            partner[a * headDim + b] = 1;
            each[a] = each[b] = frequencies[pair];
        }
        return new Rotary(manager.create(partner, new Shape(headDim, headDim)), manager.create(each), pairs);
    }

    /**
     * The angles of some positions, (rows, T) I64, attached to their manager. They are rounded to fp32 before the sine is taken, as the
     * models were trained.
     */
    Angles angles(NDArray positions) {
        try (Scope scope = Scope.of(positions)) {
            NDArray angles = scope.enter(positions).toType(DataType.FLOAT32, false).expandDims(2).expandDims(3).mul(frequencies);
            return new Angles(scope.leave(angles.cos()), scope.leave(angles.sin()));
        }
    }

    /** The angles of some positions for turning in place. */
    Pairs.Turn turn(long[] positions, NDManager manager) {
        try (NDManager inner = manager.newSubManager()) {
            return pairs.turn(angles(inner.create(positions, new Shape(1, positions.length))), manager);
        }
    }

    /** Turns heads (rows, T, heads, head dim) by the angles of their positions. */
    NDArray turn(NDArray heads, Angles angles) {
        return heads.mul(angles.cos()).addi(heads.matMul(partner).muli(angles.sin()));
    }

    /** Cosine and sine for the positions of one batch, each (rows or 1, T, 1, head dim). */
    record Angles(NDArray cos, NDArray sin) {
        /** Those of the last position, (rows or 1, 1, 1, head dim), views attached to a manager. */
        Angles ofTheLast(NDManager manager) {
            long positions = cos.getShape().get(1);
            return new Angles(
                    Views.between(cos, 1, positions - 1, positions, manager), Views.between(sin, 1, positions - 1, positions, manager));
        }
    }
}
