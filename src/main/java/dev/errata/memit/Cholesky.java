package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/**
 * C with S = C·Cᵀ, lower triangular, for the symmetric matrices of the solver; it grows and shrinks with them.
 *
 * <p>EJML factors what is small; what is large is done by halves. Rows of C do not change when S gets more rows and columns, so a larger
 * factor shares them. When S loses some, the rows behind the first that goes are brought back to triangular form by rotations, which are
 * orthogonal and lose nothing.
 *
 * <h2>Limits</h2> n²/2 doubles; {@link #without} takes n²/2 rotations for each row that goes.
 * <h2>Thread safety</h2> Immutable after construction; works in the caller's fork-join pool, else in the common one.
 */
final class Cholesky {
    /** Rows that are rotated in turn before all below them are, together. */
    private static final int PANEL = 128;

    /** Up to this size EJML factors at once. */
    private static final int WHOLE = 256;

    /** Row i has i + 1 entries that count, and may have more. */
    private final double[][] lower;

    private Cholesky(double[][] lower) {
        this.lower = lower;
    }

    /** Factors a symmetric matrix of which only the lower triangle is read. EDIT_NOT_FINITE when it is not positive definite. */
    static Cholesky of(DMatrixRMaj symmetric) {
        int size = symmetric.numRows;
        if (size == 0) {
            return new Cholesky(new double[0][]);
        }
        return size <= WHOLE ? whole(symmetric) : halves(symmetric, size, size / 2);
    }

    /** By the factor of the first half, and that of what is left of the second: most of the work is products then. */
    private static Cholesky halves(DMatrixRMaj symmetric, int size, int half) {
        Cholesky first = of(CommonOps_DDRM.extract(symmetric, 0, half, 0, half));
        DMatrixRMaj below = CommonOps_DDRM.extract(symmetric, half, size, 0, half);
        DMatrixRMaj solved = first.forward(CommonOps_DDRM.transpose(below, null));
        DMatrixRMaj rest = CommonOps_DDRM.extract(symmetric, half, size, half, size);
        CommonOps_DDRM.subtractEquals(rest, Products.transposedTimes(solved, solved));
        return first.extended(solved, of(rest));
    }

    private static Cholesky whole(DMatrixRMaj symmetric) {
        int size = symmetric.numRows;
        var decomposition = DecompositionFactory_DDRM.chol(size, true);
        if (!decomposition.decompose(symmetric.copy())) {
            throw new ErrataException(
                    Failure.EDIT_NOT_FINITE, "solver matrix of " + size + " pairs has no Cholesky factor (expected: positive definite)");
        }
        DMatrixRMaj factor = decomposition.getT(null);
        double[][] lower = new double[size][];
        Arrays.setAll(lower, row -> Arrays.copyOfRange(factor.data, row * size, row * size + row + 1));
        return new Cholesky(lower);
    }

    int size() {
        return lower.length;
    }

    /**
     * The factor of {@code [[S, B], [Bᵀ, D]]}.
     *
     * @param solved {@code C⁻¹B}, (n, m): {@link #forward} of B
     * @param rest the factor of {@code D − BᵀS⁻¹B}, (m, m)
     */
    Cholesky extended(DMatrixRMaj solved, Cholesky rest) {
        int size = size();
        double[][] all = Arrays.copyOf(lower, size + rest.size());
        DMatrixRMaj left = CommonOps_DDRM.transpose(solved, null);
        for (int j = 0; j < rest.size(); j++) {
            double[] row = new double[size + j + 1];
            System.arraycopy(left.data, j * size, row, 0, size);
            System.arraycopy(rest.lower[j], 0, row, size, j + 1);
            all[size + j] = row;
        }
        return new Cholesky(all);
    }

    /** The factor of S without these rows and columns, which are distinct. */
    Cholesky without(int... struck) {
        int[] descending = struck.clone();
        Arrays.sort(descending);
        int size = size();
        double[][] work = lower.clone();
        for (int row = descending.length == 0 ? size : descending[0]; row < size; row++) {
            work[row] = work[row].clone();
        }
        for (int i = descending.length - 1; i >= 0; i--, size--) {
            // From the last on, so that those before it keep their places.
            System.arraycopy(work, descending[i] + 1, work, descending[i], size - 1 - descending[i]);
            triangular(work, descending[i], size - 1);
        }
        return new Cholesky(Arrays.copyOf(work, size));
    }

    /** Rows from {@code first} on have one entry too many, right of the diagonal: rotates neighbouring columns until it is zero. */
    private static void triangular(double[][] rows, int first, int size) {
        double[] cos = new double[size];
        double[] sin = new double[size];
        for (int begin = first; begin < size; begin += PANEL) {
            int from = begin;
            int to = Math.min(size, begin + PANEL);
            for (int row = from; row < to; row++) {
                rotate(rows[row], cos, sin, from, row);
                double length = Math.hypot(rows[row][row], rows[row][row + 1]);
                cos[row] = rows[row][row] / length;
                sin[row] = rows[row][row + 1] / length;
                rows[row][row] = length;
            }
            IntStream below = IntStream.range(to, size);
            (size - to > 2 * PANEL ? below.parallel() : below).forEach(row -> rotate(rows[row], cos, sin, from, to));
        }
    }

    private static void rotate(double[] row, double[] cos, double[] sin, int from, int to) {
        if (from == to) {
            return;
        }
        double left = row[from];
        for (int k = from; k < to; k++) {
            double right = row[k + 1];
            row[k] = cos[k] * left + sin[k] * right;
            left = cos[k] * right - sin[k] * left;
        }
        row[to] = left;
    }

    /** {@code C⁻¹·rows} for rows (n, any). */
    DMatrixRMaj forward(DMatrixRMaj rows) {
        return Substitution.each(rows, lower, true, false);
    }

    /** {@code S⁻¹·rows} for rows (n, any). */
    DMatrixRMaj solve(DMatrixRMaj rows) {
        return Substitution.each(rows, lower, true, true);
    }

    /** {@code C⁻ᵀ·rows} for rows (n, any). */
    DMatrixRMaj backward(DMatrixRMaj rows) {
        return Substitution.each(rows, lower, false, true);
    }

    /** {@code S·x} for one vector. */
    double[] times(double[] x) {
        double[] half = new double[size()];
        for (int i = 0; i < half.length; i++) {
            for (int j = 0; j <= i; j++) {
                half[j] += lower[i][j] * x[i];
            }
        }
        double[] image = new double[half.length];
        for (int i = 0; i < half.length; i++) {
            for (int j = 0; j <= i; j++) {
                image[i] += lower[i][j] * half[j];
            }
        }
        return image;
    }
}
