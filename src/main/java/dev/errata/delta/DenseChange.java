package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * The change of one edited tensor as a matrix, for a batch whose factors would be larger: {@code w' = (float) ((double) w + (double) c)}.
 *
 * <h2>Thread safety</h2> Safe as long as nobody writes to the values: they are not copied.
 *
 * @param tensor name of the edited tensor; ends in {@value TensorChange#WEIGHT}
 * @param out rows of ΔW: d, the residual width
 * @param in columns of ΔW: d_k, the key width
 * @param values fp32, (out, in), row-major
 * @throws dev.errata.failure.ErrataException DELTA_INVALID when the length does not fit or a value is NaN or infinite
 */
public record DenseChange(String tensor, int out, int in, float[] values) implements TensorChange {
    public DenseChange {
        requireNonNull(values, "values");
        LowRank.checkName(tensor);
        LowRank.checkSizes(tensor, out, in, 1);
        LowRank.check(tensor, "dense", values, (long) out * in);
    }

    /** Bitwise: 0.0 and -0.0 differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DenseChange o
                && tensor.equals(o.tensor)
                && out == o.out
                && in == o.in
                && Arrays.equals(values, o.values);
    }

    @Override
    public int hashCode() {
        return 31 * tensor.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return tensor + " += (" + out + "x" + in + ")";
    }
}
