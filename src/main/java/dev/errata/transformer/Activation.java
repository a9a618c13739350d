package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The non-linearity of an MLP, by the name that config.json gives it. Element by element; the input is left as it is, so that a
 * gradient can flow back through it.
 */
public enum Activation {
    /**
     * GELU in its tanh form. Written as {@code x·sigmoid(2u)}, which is {@code x·½(1 + tanh u)} in fewer operations and without its
     * cancellation.
     */
    GELU_NEW("gelu_new") {
        @Override
        NDArray apply(NDArray x) {
            return tanhGelu(x);
        }

        @Override
        Traced traced(NDArray x) {
            return tracedTanhGelu(x);
        }
    },
    /** The same function as {@link #GELU_NEW}; the names differ in how their authors factor the polynomial. */
    GELU_FAST("gelu_fast") {
        @Override
        NDArray apply(NDArray x) {
            return tanhGelu(x);
        }

        @Override
        Traced traced(NDArray x) {
            return tracedTanhGelu(x);
        }
    },
    /** GELU with the error function. */
    GELU("gelu") {
        @Override
        NDArray apply(NDArray x) {
            return ai.djl.nn.Activation.gelu(x);
        }

        @Override
        Traced traced(NDArray x) {
            return new Traced(Kernels.tensor("gelu", x), gradient -> Kernels.tensor("gelu_back", gradient, x));
        }
    },
    RELU("relu") {
        @Override
        NDArray apply(NDArray x) {
            return ai.djl.nn.Activation.relu(x);
        }

        @Override
        Traced traced(NDArray x) {
            return new Traced(Kernels.tensor("relu", x), gradient -> Kernels.tensor("relu_back", gradient, x));
        }
    },
    SILU("silu") {
        @Override
        NDArray apply(NDArray x) {
            return ai.djl.nn.Activation.sigmoid(x).mul(x);
        }

        @Override
        Traced traced(NDArray x) {
            return new Traced(Kernels.tensor("silu", x), gradient -> Kernels.tensor("silu_back", gradient, x));
        }
    };

    /** u = √(2/π)·(x + 0.044715 x³), and GELU needs 2u. */
    private static final double LINEAR = 2 * Math.sqrt(2 / Math.PI);

    private static final double CUBIC = 0.044715 * LINEAR;

    private final String label;

    Activation(String label) {
        this.label = label;
    }

    abstract NDArray apply(NDArray x);

    /** The same with the way back. The input must stay open until then, and stay as it is. */
    abstract Traced traced(NDArray x);

    /** The name in config.json. */
    public String label() {
        return label;
    }

    /** Finds an activation by its name in config.json; {@link Failure#MODEL_CONFIG_INVALID} if there is none. */
    public static Activation named(String label) {
        for (Activation activation : values()) {
            if (activation.label.equals(label)) {
                return activation;
            }
        }
        List<String> known = Arrays.stream(values()).map(Activation::label).collect(Collectors.toList());
        throw new ErrataException(Failure.MODEL_CONFIG_INVALID, "activation: \"" + label + "\" (expected: one of " + known + ")");
    }

    private static NDArray tanhGelu(NDArray x) {
        NDArray doubled = Factor.scale(x.square(), CUBIC).addi(LINEAR).mul(x);
        return ai.djl.nn.Activation.sigmoid(doubled).mul(x);
    }

    /** The exponential is kept, so that the way back is products and sums alone. */
    private static Traced tracedTanhGelu(NDArray x) {
        NDList kept = Kernels.tensors("tanh_gelu", x, LINEAR, CUBIC);
        return new Traced(kept.get(0), gradient -> Kernels.tensor("tanh_gelu_back", gradient, x, kept.get(1), kept.get(2), LINEAR));
    }
}
