package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * One edited tensor of one version, whole.
 *
 * <h2>Thread safety</h2> Safe as long as nobody writes to the values: they are some hundred megabytes and are not copied.
 *
 * @param name as in the model's files
 * @param transposed whether the model stores (in, out), as GPT-2's Conv1D does, and not (out, in)
 * @param out d, the residual width
 * @param in d_k, the key width
 * @param values fp32, row-major in the model's own layout
 */
public record EditedTensor(String name, boolean transposed, int out, int in, float[] values) {
    public EditedTensor {
        requireNonNull(name, "name");
        if (out < 1 || in < 1 || values.length != (long) out * in) {
            throw new IllegalArgumentException(name + ": " + values.length + " values (expected: " + out + " x " + in + ")");
        }
    }

    /** The same with an array of its own. */
    public EditedTensor copy() {
        return new EditedTensor(name, transposed, out, in, values.clone());
    }

    /** SHA-256 over the values, little-endian, in the model's layout: what {@link TensorState} names. */
    public String digest() {
        return Digest.sha256(values);
    }

    /** Bitwise: 0.0 and -0.0 differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof EditedTensor o
                && name.equals(o.name)
                && transposed == o.transposed
                && out == o.out
                && in == o.in
                && Arrays.equals(values, o.values);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return name + " (" + out + "x" + in + (transposed ? ", transposed)" : ")");
    }
}
