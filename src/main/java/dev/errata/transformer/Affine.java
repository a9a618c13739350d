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
    private final boolean lasting;
    private NDArray packed;

    /**
     * @param weight (out, in); stays as it is
     * @param bias (out), or null for none
     */
    Affine(NDArray weight, NDArray bias) {
        this(weight, bias, true);
    }

    private Affine(NDArray weight, NDArray bias, boolean lasting) {
        this.weight = weight;
        this.bias = bias;
        this.lasting = lasting;
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
        return Tape.recording() ? Linear.linear(x, weight, bias).singletonOrThrow() : Kernels.linear(x, forKernels(), bias);
    }

    private synchronized NDArray forKernels() {
        if (packed == null) {
            packed = lasting && weight.size() <= SMALL ? Kernels.packed(weight) : weight;
        }
        return packed;
    }

    /** The gradient in x (n, in) by that in the value (n, out). */
    NDArray back(NDArray gradient) {
        return Kernels.linearBack(gradient, weight);
    }

    /** Some of the outputs, as views attached to a manager that may close before these do. */
    Affine outputs(int from, int to, NDManager manager) {
        NDArray some = bias == null ? null : Views.between(bias, 0, from, to, manager);
        return new Affine(Views.between(weight, 0, from, to, manager), some, false);
    }

    Affine withoutBias() {
        return new Affine(weight, null, false);
    }

    /** The same with another weight. */
    Affine with(NDArray other) {
        return new Affine(other, bias, false);
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
