package dev.errata.transformer;

import ai.djl.ndarray.NDArray;

/** What brings a residual stream to one scale before a block or the head reads it. */
sealed interface Norm {

    /** (…, d) to (…, d). */
    NDArray apply(NDArray x);

    /** The same with the way back, (n, d) to (n, d). */
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
            NDArray unit;
            try (NDArray mean = mean(x)) {
                unit = x.sub(mean);
            }
            NDArray size = size(unit, eps);
            unit.divi(size);
            return new Traced(unit.mul(gain).addi(bias), gradient -> {
                NDArray weighted = gradient.mul(gain);
                try (NDArray mean = mean(weighted)) {
                    return across(weighted, unit).subi(mean).divi(size);
                }
            });
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
            NDArray size = size(x, eps);
            NDArray unit = x.div(size);
            return new Traced(unit.mul(gain), gradient -> across(gradient.mul(gain), unit).divi(size));
        }
    }

    /** Means over the last axis, (n, 1). */
    private static NDArray mean(NDArray x) {
        return x.mean(new int[] {1}, true);
    }

    /** Root mean square over the last axis, (n, 1). */
    private static NDArray size(NDArray x, float eps) {
        try (NDArray square = x.square();
                NDArray mean = Factor.shift(mean(square), eps)) {
            return mean.sqrt();
        }
    }

    /** Takes out of a gradient, in place, what would change the length of {@code unit}, which is used up. */
    private static NDArray across(NDArray gradient, NDArray unit) {
        try (NDArray along = gradient.mul(unit);
                NDArray mean = mean(along)) {
            return gradient.subi(unit.muli(mean));
        }
    }
}
