package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ejml.dense.row.CommonOps_DDRM.multTransA;
import static org.ejml.dense.row.CommonOps_DDRM.multTransB;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;

/** A random preserved covariance, random rows, and the dense fp64 solve that everything is compared with. */
final class SolverBlock {
    final int keyWidth;
    final int width;
    final Random random;
    final MatrixPrior prior;

    SolverBlock(long seed, int keyWidth, int width) {
        this.keyWidth = keyWidth;
        this.width = width;
        random = new Random(seed);
        DMatrixRMaj tokens = rows(3 * keyWidth, keyWidth);
        DMatrixRMaj preserved = multTransA(tokens, tokens, null);
        CommonOps_DDRM.scale(15.0 / tokens.numRows, preserved);
        prior = MatrixPrior.of(preserved);
    }

    DMatrixRMaj rows(int count, int width) {
        return RandomMatrices_DDRM.rectangle(count, width, -1, 2, random);
    }

    AssociativeMemory empty() {
        return AssociativeMemory.empty(prior, keyWidth, width);
    }

    /** V Kᵀ (λC + K Kᵀ)⁻¹, for keys (n, d_k) and values (n, d). */
    DMatrixRMaj dense(DMatrixRMaj keys, DMatrixRMaj values) {
        DMatrixRMaj a = prior.weighted();
        CommonOps_DDRM.multAddTransA(keys, keys, a);
        DMatrixRMaj solved = new DMatrixRMaj(keyWidth, keys.numRows);
        assertThat(CommonOps_DDRM.solve(a, CommonOps_DDRM.transpose(keys, null), solved)).isTrue();
        return multTransB(CommonOps_DDRM.transpose(values, null), solved, null);
    }

    /** ΔW as a matrix, by asking for the image of every unit vector. */
    static DMatrixRMaj weights(AssociativeMemory memory) {
        return CommonOps_DDRM.transpose(memory.recall(CommonOps_DDRM.identity(memory.keys().numCols)), null);
    }

    static DMatrixRMaj deltaW(Change change) {
        if (change instanceof Change.Whole whole) {
            return whole.matrix();
        }
        Factors factors = (Factors) change;
        return multTransA(factors.b(), factors.a(), new DMatrixRMaj(factors.b().numCols, factors.a().numCols));
    }

    static void assertClose(DMatrixRMaj actual, DMatrixRMaj expected, double tolerance) {
        double scale = Math.max(1, NormOps_DDRM.normF(expected));
        assertThat(NormOps_DDRM.normF(CommonOps_DDRM.subtract(actual, expected, null)) / scale).isLessThan(tolerance);
    }
}
