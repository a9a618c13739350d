package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;

/**
 * x ↦ W x + b over the last axis.
 *
 * @param weight (out, in)
 * @param bias (out), or null for none
 */
record Affine(NDArray weight, NDArray bias) {

    NDArray apply(NDArray x) {
        return Linear.linear(x, weight, bias).singletonOrThrow();
    }

    /** The same with another weight. */
    Affine with(NDArray other) {
        return new Affine(other, bias);
    }
}
