package dev.errata.experiment;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * {@code torch.linalg.solve}: the dense LU solve that the reference makes for every batch and layer (method.md §6.6).
 *
 * <p>DJL has an inverse but no solve, so the operator is called through a {@link ScriptArchive}. It exists to be measured against; the
 * product's own solve is incremental.
 *
 * <h2>Thread safety</h2> Safe until closed.
 */
public final class DenseSolve implements AutoCloseable {
    private static final String SCRIPT = "DenseSolve";

    private final Model model;
    private final NDManager manager;

    private DenseSolve(Model model, NDManager manager) {
        this.model = model;
        this.manager = manager;
    }

    /** Loads the script on a device. */
    public static DenseSolve on(Device device) {
        Model model = Model.newInstance(SCRIPT, device, "PyTorch");
        try (InputStream archive = ScriptArchive.of(SCRIPT)) {
            model.load(archive);
            return new DenseSolve(model, NDManager.newBaseManager(device, "PyTorch"));
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException(e);
        } catch (MalformedModelException e) {
            model.close();
            throw new IllegalStateException(e);
        }
    }

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
        NDList solved = model.getBlock().forward(new ParameterStore(manager, false), new NDList(a, b), false);
        NDArray x = solved.singletonOrThrow();
        x.attach(b.getManager());
        return x;
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }
}
