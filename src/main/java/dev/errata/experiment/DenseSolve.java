package dev.errata.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.errata.torchscript.Script;

/**
 * {@code torch.linalg.solve}: the dense LU solve that the reference makes for every batch and layer (method.md §6.6).
 *
 * <p>DJL has an inverse but no solve, so the operator is called through a {@link Script}. It exists to be measured against; the
 * product's own solve is incremental.
 *
 * <h2>Thread safety</h2> Safe.
 */
public final class DenseSolve {
    private final Script script = Script.load("DenseSolve");

    /**
     * Solves {@code a x = b} by LU with partial pivoting.
     *
     * @param a (n, n), FLOAT32 or FLOAT64, not singular
     * @param b (n, columns), of the same type
     * @return x (n, columns), of the same type, attached to the manager of {@code b}
     */
    public NDArray solve(NDArray a, NDArray b) {
        Shape shape = a.getShape();
        DataType type = a.getDataType();
        if (shape.dimension() != 2 || shape.get(0) != shape.get(1) || b.getShape().dimension() != 2
                || b.getShape().get(0) != shape.get(0) || b.getDataType() != type) {
            throw new IllegalArgumentException(
                    "solve: " + shape + " " + type + " with " + b.getShape() + " " + b.getDataType()
                            + " (expected: (n, n) with (n, columns) of one type)");
        }
        return script.tensor(b.getManager(), "forward", a, b);
    }
}
