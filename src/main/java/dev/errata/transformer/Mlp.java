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

    /** Normed input (…, d) to value (…, d). */
    NDArray apply(NDArray x, Overlay overlay) {
        return memory(overlay).apply(keys.apply(x));
    }

    /** The same with the way back, (n, d) to (n, d). */
    Traced traced(NDArray x, Overlay overlay) {
        Affine edited = memory(overlay);
        Traced key = keys.traced(x);
        try (NDArray value = key.value()) {
            return new Traced(edited.apply(value), gradient -> {
                try (NDArray inKey = edited.back(gradient)) {
                    return key.back().apply(inKey);
                }
            });
        }
    }

    /** W as the overlay has it. */
    Affine memory(Overlay overlay) {
        Optional<NDArray> edited = overlay.weight(block);
        return edited.isEmpty() ? memory : memory.with(edited.get());
    }

    /** How an architecture makes keys, (rows, T, d) to (rows, T, d_k). */
    sealed interface Keys {
        /** The product that it begins with. */
        Affine input();

        NDArray apply(NDArray x);

        /** The same with the way back, (n, d) to (n, d_k). */
        Traced traced(NDArray x);

        /** k = act(W x + b). */
        record Plain(Affine input, Activation activation) implements Keys {
            @Override
            public NDArray apply(NDArray x) {
                return activation.apply(input.apply(x));
            }

            @Override
            public Traced traced(NDArray x) {
                NDArray sum = input.apply(x);
                Traced key = activation.traced(sum);
                return new Traced(key.value(), gradient -> {
                    try (sum; NDArray inSum = key.back().apply(gradient)) {
                        return input.back(inSum);
                    }
                });
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

            @Override
            public Traced traced(NDArray x) {
                NDArray sums = input.apply(x);
                NDList halves = sums.split(2, 1);
                Traced gate = activation.traced(halves.get(0));
                NDArray open = gate.value();
                return new Traced(open.mul(halves.get(1)), gradient -> {
                    try (sums; halves;
                            NDArray inOpen = gradient.mul(halves.get(1));
                            NDArray inGate = gate.back().apply(inOpen);
                            NDArray inUp = open.mul(gradient);
                            NDArray both = inGate.concat(inUp, 1)) {
                        return input.back(both);
                    }
                });
            }
        }
    }
}
