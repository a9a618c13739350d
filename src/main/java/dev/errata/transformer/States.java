package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import java.util.stream.IntStream;

/** Picking single positions out of what a forward pass gives for all of them. A gradient flows back through the picking. */
public final class States {
    private States() {}

    /**
     * One state of every row.
     *
     * @param states (rows, T, features)
     * @param positions one position per row
     * @return (rows, features), attached to the manager of {@code states}
     */
    public static NDArray at(NDArray states, int[] positions) {
        long rows = states.getShape().get(0);
        if (positions.length != rows) {
            throw new IllegalArgumentException("positions: " + positions.length + " (expected: " + rows + ", one per row)");
        }
        return at(states, IntStream.range(0, positions.length).toArray(), positions);
    }

    /**
     * Any states of any rows.
     *
     * @param states (rows, T, features)
     * @param rows rows to pick from, in the order of the result
     * @param positions the position in each of these
     * @return (picks, features), attached to the manager of {@code states}
     */
    public static NDArray at(NDArray states, int[] rows, int[] positions) {
        long count = states.getShape().get(0);
        long width = states.getShape().get(1);
        long[] flat = new long[rows.length];
        for (int i = 0; i < flat.length; i++) {
            if (rows[i] < 0 || rows[i] >= count || positions[i] < 0 || positions[i] >= width) {
                throw new IllegalArgumentException(
                        "row " + rows[i] + ", position " + positions[i] + " (expected: within " + count + " rows of " + width + ")");
            }
            flat[i] = rows[i] * width + positions[i];
        }
        try (Scope scope = Scope.of(states)) {
            NDArray lines = scope.enter(states).reshape(-1, states.getShape().get(2));
            // A copy in the engine's own memory: the tape needs the index after this scope has given Java's back.
            NDArray index = scope.manager().create(flat).duplicate();
            return scope.leave(lines.get(index));
        }
    }
}
