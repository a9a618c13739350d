package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Gives back at once what a step computed on its way, instead of when the caller closes its manager.
 *
 * <p>The engine attaches every result to the manager of the array it was called on, so the arrays of a whole forward pass would pile up
 * with the caller. Work starts from {@link #enter}ed arrays instead, whose manager is this scope's; only what {@link #leave}s stays.
 * Closing an array drops our handle alone: what a gradient still needs is held by the engine's tape.
 *
 * <h2>Thread safety</h2> One thread. The arrays that enter are not changed, so many scopes may share them.
 */
final class Scope implements AutoCloseable {
    private final NDManager outer;
    private final NDManager inner;

    private Scope(NDManager outer) {
        this.outer = outer;
        this.inner = outer.newSubManager();
    }

    /** A scope whose results go to the array's manager. */
    static Scope of(NDArray array) {
        return new Scope(array.getManager());
    }

    /** A scope whose results go to this manager. */
    static Scope of(NDManager manager) {
        return new Scope(manager);
    }

    NDManager manager() {
        return inner;
    }

    /** A view of an array; what is computed from it stays in this scope. */
    NDArray enter(NDArray array) {
        NDArray view = array.reshape(array.getShape());
        view.attach(inner);
        return view;
    }

    /** Hands an array of this scope to the outer manager. */
    NDArray leave(NDArray array) {
        array.attach(outer);
        return array;
    }

    @Override
    public void close() {
        inner.close();
    }
}
