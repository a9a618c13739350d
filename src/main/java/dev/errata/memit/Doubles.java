package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * Carries matrices of doubles to a device and back, some rows at a time.
 *
 * <p>The engine counts the bytes of an array that it takes from Java, or gives to Java, in 32 bits: one d_k x d_k matrix of GPT-J is
 * beyond that. On a CPU it also leaves such values in Java's direct memory; here they end up in the engine's own.
 */
final class Doubles {
    /** 64 MiB. */
    private static final int PIECE = 1 << 23;

    private Doubles() {}

    /** A matrix (rows, columns) with these values, row-major, on the manager's device. */
    static NDArray upload(NDManager manager, double[] values, int rows, int columns) {
        NDArray matrix = manager.create(new Shape(rows, columns), DataType.FLOAT64);
        int step = Math.max(1, PIECE / columns);
        for (int from = 0; from < rows; from += step) {
            int to = Math.min(rows, from + step);
            double[] some = Arrays.copyOfRange(values, from * columns, to * columns);
            try (NDArray piece = manager.create(some, new Shape(to - from, columns))) {
                matrix.set(new NDIndex("{}:{}", from, to), piece);
            }
        }
        return matrix;
    }

    /** The values of a matrix. */
    static DMatrixRMaj download(NDArray matrix) {
        DMatrixRMaj values = new DMatrixRMaj(Math.toIntExact(matrix.getShape().get(0)), Math.toIntExact(matrix.getShape().get(1)));
        download(matrix, values, 0);
        return values;
    }

    /** Puts the values of a matrix into another of the same width, from this row on. */
    static void download(NDArray matrix, DMatrixRMaj into, int first) {
        int rows = Math.toIntExact(matrix.getShape().get(0));
        int step = Math.max(1, PIECE / Math.max(1, into.numCols));
        for (int from = 0; from < rows; from += step) {
            try (NDArray piece = matrix.get(new NDIndex("{}:{}", from, Math.min(rows, from + step)))) {
                double[] some = piece.toDoubleArray();
                System.arraycopy(some, 0, into.data, (first + from) * into.numCols, some.length);
            }
        }
    }
}
