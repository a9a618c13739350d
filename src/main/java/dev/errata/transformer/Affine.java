package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.core.Linear;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * x ↦ W x + b over the last axis.
 *
 * @param weight (out, in)
 * @param bias (out), or null for none
 */
record Affine(NDArray weight, NDArray bias) {

    /**
     * By {@link Kernels}, unless a tape is to record it.
     *
     * @return (…, out); to be changed in place by kernels alone
     */
    NDArray apply(NDArray x) {
        return Tape.recording() ? Linear.linear(x, weight, bias).singletonOrThrow() : Kernels.linear(x, this);
    }

    /** The gradient in x (n, in) by that in the value (n, out). */
    NDArray back(NDArray gradient) {
        return Kernels.linearBack(gradient, this);
    }

    /** Some of the outputs, as views attached to a manager that may close before these do. */
    Affine outputs(int from, int to, NDManager manager) {
        return new Affine(Views.between(weight, 0, from, to, manager), bias == null ? null : Views.between(bias, 0, from, to, manager));
    }

    /** The same with another weight. */
    Affine with(NDArray other) {
        return new Affine(other, bias);
    }

    /**
     * Several that read one input as one, for one product instead of several; their outputs follow each other. All of them have a bias or
     * none has. They are closed.
     */
    static Affine stacked(Affine... parts) {
        return new Affine(joined(parts, Affine::weight), parts[0].bias == null ? null : joined(parts, Affine::bias));
    }

    private static NDArray joined(Affine[] parts, Function<Affine, NDArray> of) {
        try (NDList arrays = new NDList(Stream.of(parts).map(of).toArray(NDArray[]::new))) {
            return NDArrays.concat(arrays);
        }
    }
}
