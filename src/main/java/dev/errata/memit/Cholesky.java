package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/**
 * C with S = C·Cᵀ, lower triangular, for the small symmetric matrices of the solver.
 *
 * <p>EJML factors; the substitutions are here because they run over many right-hand sides that lie in rows, which EJML solves one by one.
 *
 * <h2>Thread safety</h2> Immutable after construction.
 */
final class Cholesky {
    private final DMatrixRMaj lower;

    private Cholesky(DMatrixRMaj lower) {
        this.lower = lower;
    }

    /** Factors a symmetric matrix of which only the lower triangle is read. EDIT_NOT_FINITE when it is not positive definite. */
    static Cholesky of(DMatrixRMaj symmetric) {
        if (symmetric.numRows == 0) {
            return new Cholesky(symmetric);
        }
        var decomposition = DecompositionFactory_DDRM.chol(symmetric.numRows, true);
        if (!decomposition.decompose(symmetric.copy())) {
            throw new ErrataException(
                    Failure.EDIT_NOT_FINITE,
                    "solver matrix of " + symmetric.numRows + " pairs has no Cholesky factor (expected: positive definite)");
        }
        return new Cholesky(decomposition.getT(null));
    }

    /** {@code C⁻¹·rows} for rows (n, any). */
    DMatrixRMaj forward(DMatrixRMaj rows) {
        DMatrixRMaj solved = rows.copy();
        for (int i = 0; i < lower.numRows; i++) {
            for (int j = 0; j < i; j++) {
                subtract(solved, i, lower.unsafe_get(i, j), j);
            }
            divide(solved, i);
        }
        return solved;
    }

    /** {@code S⁻¹·rows} for rows (n, any). */
    DMatrixRMaj solve(DMatrixRMaj rows) {
        DMatrixRMaj solved = forward(rows);
        for (int i = lower.numRows - 1; i >= 0; i--) {
            for (int j = i + 1; j < lower.numRows; j++) {
                subtract(solved, i, lower.unsafe_get(j, i), j);
            }
            divide(solved, i);
        }
        return solved;
    }

    private static void subtract(DMatrixRMaj rows, int from, double factor, int row) {
        int to = from * rows.numCols;
        int source = row * rows.numCols;
        for (int c = 0; c < rows.numCols; c++) {
            rows.data[to + c] -= factor * rows.data[source + c];
        }
    }

    private void divide(DMatrixRMaj rows, int row) {
        double pivot = lower.unsafe_get(row, row);
        int at = row * rows.numCols;
        for (int c = 0; c < rows.numCols; c++) {
            rows.data[at + c] /= pivot;
        }
    }
}
