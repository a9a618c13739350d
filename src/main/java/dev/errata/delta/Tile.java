package dev.errata.delta;

/**
 * The working set of one task of {@link CanonicalApply}: a tile of the tensor in fp64 and the stretch of the right factor that goes with
 * it, both small enough for a core's second cache.
 *
 * <p>Rows and columns are those of the array, whatever the tensor's orientation; {@code left} has a line for each row, {@code right} one
 * for each column. Every line is an array of its own and the factor is widened beforehand, because HotSpot 17 makes vector code only of
 * loops over plain indexes and one type: measured 17 GFLOP/s a core, against 9 with lines in one array.
 */
final class Tile {
    /** Rows of a tile, and of a task; each element of the right factor is widened once for so many rows. */
    static final int ROWS = 128;

    private static final int COLUMNS = 256;
    private static final int RANKS = 64;
    /** Terms that one pass over a row adds, one after the other; saves loads and stores of the sums. */
    private static final int UNROLL = 4;

    private final float[] values;
    private final int columns;
    private final Factor left;
    private final Factor right;
    private final int rank;
    private final double[][] sums = new double[ROWS][COLUMNS];
    private final double[][] wide = new double[RANKS][COLUMNS];

    Tile(float[] values, int columns, Factor left, Factor right, int rank) {
        this.values = values;
        this.columns = columns;
        this.left = left;
        this.right = right;
        this.rank = rank;
    }

    /** A factor seen from its lines (rows of B, columns of A): {@code at(line, r)}. */
    record Factor(float[] values, int lineStride, int rankStride) {
        double at(int line, int r) {
            return values[line * lineStride + r * rankStride];
        }
    }

    /** Computes rows {@code first} to {@code first + ROWS}, or to the end; says whether every result is finite. */
    boolean rows(int first, int end) {
        int rows = Math.min(ROWS, end - first);
        boolean finite = true;
        for (int column = 0; column < columns; column += COLUMNS) {
            int width = Math.min(COLUMNS, columns - column);
            load(first, rows, column, width);
            for (int r = 0; r < rank; r += RANKS) {
                int ranks = Math.min(RANKS, rank - r);
                widen(column, width, r, ranks);
                for (int row = 0; row < rows; row++) {
                    add(sums[row], width, first + row, r, ranks);
                }
            }
            finite &= store(first, rows, column, width);
        }
        return finite;
    }

    private void load(int first, int rows, int column, int width) {
        for (int row = 0; row < rows; row++) {
            int from = (first + row) * columns + column;
            for (int j = 0; j < width; j++) {
                sums[row][j] = values[from + j];
            }
        }
    }

    private void widen(int column, int width, int rankBegin, int ranks) {
        for (int r = 0; r < ranks; r++) {
            for (int j = 0; j < width; j++) {
                wide[r][j] = right.at(column + j, rankBegin + r);
            }
        }
    }

    private void add(double[] sum, int width, int line, int rankBegin, int ranks) {
        int r = 0;
        for (; r + UNROLL <= ranks; r += UNROLL) {
            addFour(sum, width, r, line, rankBegin + r);
        }
        for (; r < ranks; r++) {
            addOne(sum, width, wide[r], left.at(line, rankBegin + r));
        }
    }

    private void addFour(double[] sum, int width, int r, int line, int rankAt) {
        double b0 = left.at(line, rankAt);
        double b1 = left.at(line, rankAt + 1);
        double b2 = left.at(line, rankAt + 2);
        double b3 = left.at(line, rankAt + 3);
        double[] x0 = wide[r];
        double[] x1 = wide[r + 1];
        double[] x2 = wide[r + 2];
        double[] x3 = wide[r + 3];
        for (int j = 0; j < width; j++) {
            // Associates to the left: the terms are added in rank order.
            sum[j] = sum[j] + b0 * x0[j] + b1 * x1[j] + b2 * x2[j] + b3 * x3[j];
        }
    }

    private static void addOne(double[] sum, int width, double[] x, double b) {
        for (int j = 0; j < width; j++) {
            sum[j] += b * x[j];
        }
    }

    private boolean store(int first, int rows, int column, int width) {
        boolean finite = true;
        for (int row = 0; row < rows; row++) {
            int to = (first + row) * columns + column;
            for (int j = 0; j < width; j++) {
                float value = (float) sums[row][j];
                finite &= Float.isFinite(value);
                values[to + j] = value;
            }
        }
        return finite;
    }
}
