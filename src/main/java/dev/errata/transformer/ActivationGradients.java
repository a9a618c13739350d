package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/**
 * Activations with their derivatives. Whatever takes an exponential is kept from the way there, so that the way back is products and sums
 * alone: on a CPU they cost a tenth of it.
 */
final class ActivationGradients {
    private ActivationGradients() {}

    /** {@code x·σ(c x)} with {@code c = cubic·x² + linear}; its derivative is {@code σ + x σ (1 − σ)(3c − 2·linear)}. */
    static Traced tanhGelu(NDArray x, double linear, double cubic) {
        NDArray c = Factor.shift(Factor.scale(x.square(), cubic), linear);
        NDArray share;
        try (NDArray doubled = c.mul(x)) {
            share = Activation.sigmoid(doubled);
        }
        return new Traced(share.mul(x), gradient -> {
            NDArray slope = Factor.shift(Factor.scale(c, 3), -2 * linear);
            return timesSigmoidGradient(gradient, x, share, slope);
        });
    }

    /** {@code x·σ(x)}, with the derivative {@code σ + x σ (1 − σ)}. */
    static Traced silu(NDArray x) {
        NDArray share = Activation.sigmoid(x);
        return new Traced(share.mul(x), gradient -> timesSigmoidGradient(gradient, x, share, null));
    }

    /** {@code gradient·(σ + x σ (1 − σ)·slope)}; uses up share and slope, which is null for 1. */
    private static NDArray timesSigmoidGradient(NDArray gradient, NDArray x, NDArray share, NDArray slope) {
        NDArray result = x.mul(share);
        try (share; slope) {
            try (NDArray part = result.mul(share)) {
                result.subi(part);
            }
            return (slope == null ? result : result.muli(slope)).addi(share).muli(gradient);
        }
    }

    /** {@code x Φ(x)}, with the derivative {@code Φ + x φ}. */
    static Traced gelu(NDArray x) {
        return new Traced(Activation.gelu(x), gradient -> {
            NDArray density;
            try (NDArray square = x.square()) {
                density = Factor.scale(Factor.scale(square, -0.5).exp(), 1 / Math.sqrt(2 * Math.PI));
            }
            try (NDArray scaled = Factor.times(x, Math.sqrt(0.5));
                    NDArray below = Factor.shift(Factor.scale(scaled.erf(), 0.5), 0.5)) {
                return density.muli(x).addi(below).muli(gradient);
            }
        });
    }

    /** The derivative at 0 is 0, as the engine has it. */
    static Traced relu(NDArray x) {
        return new Traced(Activation.relu(x), gradient -> {
            try (NDArray open = x.sign();
                    NDArray mask = Activation.relu(open)) {
                return mask.mul(gradient);
            }
        });
    }
}
