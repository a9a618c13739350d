package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;

/**
 * The layer that recalls facts: a key k is made from the residual stream, and a linear memory W answers it with a value m = W k + b. W is
 * the tensor that is edited.
 *
 * @param block the block it belongs to
 * @param keys makes the key
 * @param memory W, (d, d_k), and b
 */
record Mlp(int block, Keys keys, Affine memory) {

    /**
     * @param x the block's normed input, (rows, T, d), in a {@link Scope}
     * @return (rows, T, d), in the same scope
     */
    NDArray apply(NDArray x, Overlay overlay, Tap tap, Scope scope) {
        NDArray key = keys.apply(x);
        Optional<NDArray> edited = overlay.weight(block);
        NDArray value = (edited.isEmpty() ? memory : memory.with(edited.get())).apply(key);
        if (tap.hears(block)) {
            tap.key(block, scope.leave(key));
        }
        return value;
    }

    /** How an architecture makes keys, (rows, T, d) to (rows, T, d_k). */
    sealed interface Keys {
        NDArray apply(NDArray x);

        /** k = act(W x + b). */
        record Plain(Affine input, Activation activation) implements Keys {
            @Override
            public NDArray apply(NDArray x) {
                return activation.apply(input.apply(x));
            }
        }

        /**
         * k = act(G x) · (U x), element by element, both with their bias if they have one (Llama).
         *
         * @param input G above U: (2·d_k, d)
         */
        record Gated(Affine input, Activation activation) implements Keys {
            @Override
            public NDArray apply(NDArray x) {
                NDArray both = input.apply(x);
                NDList halves = both.split(2, both.getShape().dimension() - 1);
                return activation.apply(halves.get(0)).mul(halves.get(1));
            }
        }
    }
}
