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
 * <h2>Memory</h2> A weight of the model that is small enough is kept twice on a CPU, the second time as {@link Kernels} like it best.
 * <h2>Thread safety</h2> Safe.
 */
final class Affine {
    /** Values of a weight that is worth being kept twice: 64 MiB. Larger ones are no faster for it, and the memory is missed elsewhere. */
    private static final long SMALL = 1 << 24;

    private final NDArray weight;
    private final NDArray bias;
    private NDArray forKernels;

    /**
     * @param weight (out, in); stays as it is
     * @param bias (out), or null for none
     */
    Affine(NDArray weight, NDArray bias) {
        this.weight = weight;
        this.bias = bias;
        this.forKernels = weight;
    }

    /**
     * Makes the second copy; before anybody else knows the object. Not for what is edited: the edited tensor that equals the base's is to
     * give the same to the bit.
     */
    void pack() {
        if (weight.size() <= SMALL) {
            forKernels = Kernels.packed(weight);
        }
    }

    NDArray weight() {
        return weight;
    }

    NDArray bias() {
        return bias;
    }

    /**
     * By {@link Kernels}, unless a tape is to record it.
     *
     * @return (…, out); to be changed in place by kernels alone
     */
    NDArray apply(NDArray x) {
        return Tape.recording() ? Linear.linear(x, weight, bias).singletonOrThrow() : Kernels.linear(x, forKernels, bias);
    }

    /** The gradient in x (n, in) by that in the value (n, out). */
    NDArray back(NDArray gradient) {
        return Kernels.linearBack(gradient, weight);
    }

    /** Some of the outputs, as views attached to a manager that may close before these do. */
    Affine outputs(int from, int to, NDManager manager) {
        NDArray some = bias == null ? null : Views.between(bias, 0, from, to, manager);
        return new Affine(Views.between(weight, 0, from, to, manager), some);
    }

    Affine withoutBias() {
        return new Affine(weight, null);
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
