package dev.errata.memit;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Products and the inverse of fp64 matrices, by the engine on the CPU where they are large: it uses every core and vector, which is worth
 * a copy in and out. Small ones are done by EJML, in place.
 *
 * <h2>Limits</h2> Matrices of 2³¹ − 9 elements; the engine's copies of all three lie in native memory for a moment.
 * <h2>Thread safety</h2> Stateless.
 */
final class Products {
    /** Multiplications below which the engine's calls and copies cost more than they save. */
    private static final long SMALL = 1 << 18;

    private Products() {}

    /** {@code a·b}. */
    static DMatrixRMaj times(DMatrixRMaj a, DMatrixRMaj b) {
        if (small(a.numRows, a.numCols, b.numCols)) {
            return CommonOps_DDRM.mult(a, b, new DMatrixRMaj(a.numRows, b.numCols));
        }
        try (NDManager step = manager()) {
            return Doubles.download(upload(step, a).matMul(upload(step, b)));
        }
    }

    /** {@code aᵀ·b}. */
    static DMatrixRMaj transposedTimes(DMatrixRMaj a, DMatrixRMaj b) {
        if (small(a.numCols, a.numRows, b.numCols)) {
            return CommonOps_DDRM.multTransA(a, b, new DMatrixRMaj(a.numCols, b.numCols));
        }
        try (NDManager step = manager()) {
            return Doubles.download(upload(step, a).transpose().matMul(upload(step, b)));
        }
    }

    /** {@code a·bᵀ}. */
    static DMatrixRMaj timesTransposed(DMatrixRMaj a, DMatrixRMaj b) {
        if (small(a.numRows, a.numCols, b.numRows)) {
            return CommonOps_DDRM.multTransB(a, b, new DMatrixRMaj(a.numRows, b.numRows));
        }
        try (NDManager step = manager()) {
            return Doubles.download(upload(step, a).matMul(upload(step, b).transpose()));
        }
    }

    /** The inverse of a symmetric matrix, symmetric itself; the engine's error where there is none. */
    static DMatrixRMaj inverse(DMatrixRMaj symmetric) {
        try (NDManager step = manager()) {
            return Doubles.download(inverse(upload(step, symmetric)));
        }
    }

    /** The same on any device; rounding leaves the inverse of a symmetric matrix not quite symmetric. */
    static NDArray inverse(NDArray symmetric) {
        try (NDArray raw = symmetric.inverse();
                NDArray transposed = raw.transpose();
                NDArray sum = raw.add(transposed)) {
            return sum.mul(0.5);
        }
    }

    /** Where the engine does these products; to be closed. */
    static NDManager manager() {
        return NDManager.newBaseManager(Device.cpu());
    }

    static NDArray upload(NDManager manager, DMatrixRMaj matrix) {
        return Doubles.upload(manager, matrix.data, matrix.numRows, matrix.numCols);
    }

    /** Whether a product costs less where its matrices are than in the engine. */
    static boolean small(long rows, long inner, long columns) {
        return rows * inner * columns < SMALL;
    }
}
