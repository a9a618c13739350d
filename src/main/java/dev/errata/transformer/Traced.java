package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a piece of the model computed, and the way back: from the gradient in its value to the gradient in its input.
 *
 * <p>The engine can take gradients by itself, but it then keeps a tape of every operation, allows one thread at a time to do so, and takes
 * the frozen weights into account. The pieces of a decoder are few and their derivatives are known, so they are written down.
 *
 * @param value attached to the manager of the input
 * @param back to be called once at most: it may use up what was kept for it. It leaves the gradient that it is given as it is, and gives a
 *     new array, attached to that gradient's manager
 */
record Traced(NDArray value, UnaryOperator<NDArray> back) {

    /** This, and what is computed from its value. */
    Traced then(Function<NDArray, Traced> next) {
        Traced after = next.apply(value);
        return new Traced(after.value, gradient -> {
            try (NDArray between = after.back.apply(gradient)) {
                return back.apply(between);
            }
        });
    }
}
