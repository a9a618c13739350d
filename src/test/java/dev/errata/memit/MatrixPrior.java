package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** λC as a matrix, and its inverse by EJML. */
record MatrixPrior(DMatrixRMaj matrix, DMatrixRMaj inverse) implements Prior {
    static MatrixPrior of(DMatrixRMaj matrix) {
        DMatrixRMaj inverse = matrix.copy();
        assertThat(CommonOps_DDRM.invert(inverse)).isTrue();
        return new MatrixPrior(matrix, inverse);
    }

    @Override
    public DMatrixRMaj times(DMatrixRMaj rows) {
        return CommonOps_DDRM.mult(rows, inverse, new DMatrixRMaj(rows.numRows, inverse.numCols));
    }

    @Override
    public DMatrixRMaj weighted() {
        return matrix.copy();
    }
}
