package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** What brings a residual stream to one scale before a block or the head reads it. */
sealed interface Norm {

    /** (…, d) to (…, d). */
    NDArray apply(NDArray x);

    /** The same with the way back, (n, d) to (n, d). The input must stay open until then, and stay as it is. */
    Traced traced(NDArray x);

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

        @Override
        public Traced traced(NDArray x) {
            NDList kept = Kernels.tensors("layer_norm", x, gain, bias, (double) eps);
            return new Traced(kept.get(0), gradient ->
                    Kernels.tensor("layer_norm_back", gradient, x, kept.get(1), kept.get(2), gain, bias));
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

        @Override
        public Traced traced(NDArray x) {
            NDList kept = Kernels.tensors("rms_norm", x, gain, (double) eps);
            return new Traced(kept.get(0), gradient -> Kernels.tensor("rms_norm_back", gradient, kept.get(1), kept.get(2), gain));
        }
    }
}
