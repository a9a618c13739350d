package dev.errata.transformer;

import ai.djl.ndarray.NDArray;

/** What brings a residual stream to one scale before a block or the head reads it. */
sealed interface Norm {

    /** (…, d) to (…, d). */
    NDArray apply(NDArray x);

    /**
     * Mean 0 and variance 1 over the last axis, then gain and bias.
     *
     * @param gain (d)
     * @param bias (d)
     */
    record Layer(NDArray gain, NDArray bias, float eps) implements Norm {
        @Override
        public NDArray apply(NDArray x) {
            return ai.djl.nn.norm.LayerNorm.layerNorm(x, gain.getShape(), gain, bias, eps).singletonOrThrow();
        }
    }

    /**
     * Root mean square 1 over the last axis, then gain; the mean stays (Llama).
     *
     * @param gain (d)
     */
    record Rms(NDArray gain, float eps) implements Norm {
        @Override
        public NDArray apply(NDArray x) {
            int last = x.getShape().dimension() - 1;
            NDArray root = x.square().mean(new int[] {last}, true).add(eps).sqrt();
            return x.div(root).mul(gain);
        }
    }
}
