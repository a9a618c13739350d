package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

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
        int[] rows = new int[positions.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        if (positions.length != states.getShape().get(0)) {
            throw new IllegalArgumentException("positions: " + positions.length + " (expected: " + states.getShape().get(0)
                    + ", one per row)");
        }
        return at(states, rows, positions);
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
        Shape shape = states.getShape();
        long[] flat = new long[rows.length];
        for (int i = 0; i < flat.length; i++) {
            if (rows[i] < 0 || rows[i] >= shape.get(0) || positions[i] < 0 || positions[i] >= shape.get(1)) {
                throw new IllegalArgumentException(
                        "pick: row " + rows[i] + ", position " + positions[i] + " (expected: within " + shape.get(0) + " rows of "
                                + shape.get(1) + ")");
            }
            flat[i] = rows[i] * shape.get(1) + positions[i];
        }
        try (Scope scope = Scope.of(states)) {
            NDArray lines = scope.enter(states).reshape(-1, shape.get(2));
            return scope.leave(lines.get(scope.manager().create(flat)));
        }
    }
}
