package dev.errata.transformer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;

/**
 * A section in which the engine records what a thread computes, so that it can take gradients.
 *
 * <p>Operators outside the engine's own methods would silently cut the record, so whoever has both asks {@link #recording}.
 *
 * <h2>Limits</h2> The engine allows one at a time in a JVM.
 * <h2>Thread safety</h2> Records the thread that opened it, and is closed by it.
 */
public final class Tape implements AutoCloseable {
    private static final ThreadLocal<Boolean> RECORDING = ThreadLocal.withInitial(() -> false);

    private final GradientCollector collector;

    private Tape(GradientCollector collector) {
        this.collector = collector;
    }

    /** Begins to record. */
    public static Tape open() {
        Tape tape = new Tape(Engine.getInstance().newGradientCollector());
        RECORDING.set(true);
        return tape;
    }

    /** Whether this thread records. */
    static boolean recording() {
        return RECORDING.get();
    }

    /** Computes the gradients of a scalar in what requires them. */
    public void backward(NDArray scalar) {
        collector.backward(scalar);
    }

    @Override
    public void close() {
        RECORDING.set(false);
        collector.close();
    }
}
