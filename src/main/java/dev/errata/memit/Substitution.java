package dev.errata.memit;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * Forward and backward substitution with a lower triangle for many right-hand sides, which lie in columns of a row-major matrix.
 *
 * <p>EJML solves them one by one. Here a task takes some columns and keeps each of their lines in an array of its own, four terms at a
 * time, because HotSpot makes vector code of that.
 *
 * <h2>Thread safety</h2> None; each task has its own.
 */
final class Substitution {
    private static final int COLUMNS = 128;

    private final double[][] lower;
    private final double[][] lines;

    private Substitution(double[][] lower, double[][] lines) {
        this.lower = lower;
        this.lines = lines;
    }

    /** Solves for every column of {@code rows} (n, any); the argument stays as it is. */
    static DMatrixRMaj each(DMatrixRMaj rows, double[][] lower, boolean forward, boolean backward) {
        DMatrixRMaj solved = new DMatrixRMaj(rows.numRows, rows.numCols);
        int tasks = (rows.numCols + COLUMNS - 1) / COLUMNS;
        IntStream.range(0, tasks).parallel().forEach(task -> {
            int from = task * COLUMNS;
            int width = Math.min(COLUMNS, rows.numCols - from);
            double[][] lines = new double[rows.numRows][width];
            for (int i = 0; i < lines.length; i++) {
                System.arraycopy(rows.data, i * rows.numCols + from, lines[i], 0, width);
            }
            Substitution substitution = new Substitution(lower, lines);
            if (forward) {
                substitution.forward();
            }
            if (backward) {
                substitution.backward();
            }
            for (int i = 0; i < lines.length; i++) {
                System.arraycopy(lines[i], 0, solved.data, i * rows.numCols + from, width);
            }
        });
        return solved;
    }

    private void forward() {
        for (int i = 0; i < lines.length; i++) {
            double[] row = lower[i];
            int j = 0;
            for (; j + 3 < i; j += 4) {
                subtractFour(lines[i], row[j], lines[j], row[j + 1], lines[j + 1], row[j + 2], lines[j + 2], row[j + 3], lines[j + 3]);
            }
            for (; j < i; j++) {
                subtract(lines[i], row[j], lines[j]);
            }
            divide(lines[i], row[i]);
        }
    }

    /** By rows of the triangle, as they lie in memory: what is solved is taken out of all lines above it. */
    private void backward() {
        int i = lines.length - 1;
        for (; i >= 3; i -= 4) {
            for (int k = i; k > i - 4; k--) {
                divide(lines[k], lower[k][k]);
                for (int j = i - 3; j < k; j++) {
                    subtract(lines[j], lower[k][j], lines[k]);
                }
            }
            for (int j = 0; j < i - 3; j++) {
                subtractFour(
                        lines[j],
                        lower[i][j], lines[i],
                        lower[i - 1][j], lines[i - 1],
                        lower[i - 2][j], lines[i - 2],
                        lower[i - 3][j], lines[i - 3]);
            }
        }
        for (; i >= 0; i--) {
            divide(lines[i], lower[i][i]);
            for (int j = 0; j < i; j++) {
                subtract(lines[j], lower[i][j], lines[i]);
            }
        }
    }

    private static void subtractFour(
            double[] from, double a, double[] x, double b, double[] y, double c, double[] z, double d, double[] w) {
        for (int k = 0; k < from.length; k++) {
            from[k] = from[k] - a * x[k] - b * y[k] - c * z[k] - d * w[k];
        }
    }

    private static void subtract(double[] from, double a, double[] x) {
        for (int k = 0; k < from.length; k++) {
            from[k] -= a * x[k];
        }
    }

    private static void divide(double[] line, double pivot) {
        for (int k = 0; k < line.length; k++) {
            line[k] /= pivot;
        }
    }
}
