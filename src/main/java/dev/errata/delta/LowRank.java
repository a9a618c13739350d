package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;

/**
 * The change of one edited tensor: {@code ΔW = B·A}, always in the orientation (out, in) however the model stores the tensor.
 *
 * <h2>Thread safety</h2> Safe as long as nobody writes to the arrays: they hold up to some hundred megabytes and are not copied, neither
 * here nor by {@link #b()} and {@link #a()}.
 *
 * @param tensor name of the edited tensor; ends in {@value TensorChange#WEIGHT}
 * @param out rows of ΔW: d, the residual width
 * @param in columns of ΔW: d_k, the key width
 * @param rank columns of B and rows of A
 * @param b fp32, (out, rank), row-major
 * @param a fp32, (rank, in), row-major
 * @throws ErrataException {@link Failure#DELTA_INVALID} when a length does not fit or a value is NaN or infinite
 */
public record LowRank(String tensor, int out, int in, int rank, float[] b, float[] a) implements TensorChange {
    public LowRank {
        checkName(tensor);
        checkSizes(tensor, out, in, rank);
        check(tensor, "B", b, (long) out * rank);
        check(tensor, "A", a, (long) rank * in);
    }

    static void checkName(String tensor) {
        requireNonNull(tensor, "tensor");
        if (!tensor.endsWith(WEIGHT) || tensor.length() == WEIGHT.length()) {
            throw invalid(tensor, "name (expected: <module>" + WEIGHT + ")");
        }
    }

    static void checkSizes(String tensor, int out, int in, int rank) {
        if (out < 1 || in < 1 || rank < 1) {
            throw invalid(tensor, "out, in, rank: " + out + ", " + in + ", " + rank + " (expected: 1 or more)");
        }
    }

    static void check(String tensor, String factor, float[] values, long length) {
        if (values.length != length) {
            throw invalid(tensor, factor + ": " + values.length + " values (expected: " + length + ")");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw invalid(tensor, factor + "[" + i + "]: " + values[i] + " (expected: a finite value)");
            }
        }
    }

    private static ErrataException invalid(String tensor, String what) {
        return new ErrataException(Failure.DELTA_INVALID, tensor + ": " + what);
    }

    /** Bitwise: 0.0 and -0.0 differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof LowRank o
                && tensor.equals(o.tensor)
                && out == o.out
                && in == o.in
                && rank == o.rank
                && Arrays.equals(b, o.b)
                && Arrays.equals(a, o.a);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * tensor.hashCode() + Arrays.hashCode(b)) + Arrays.hashCode(a);
    }

    @Override
    public String toString() {
        return tensor + " += (" + out + "x" + rank + ")(" + rank + "x" + in + ")";
    }
}
