package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of token ids, padded on the right to one width so that they can run together.
 *
 * <p>Padding on the right keeps every index counted from the left valid, and needs no mask of its own: a causal model never looks to the
 * right. What a forward pass gives at padded positions means nothing.
 *
 * <h2>Limits</h2> At least one row; every row has at least one token.
 *
 * <h2>Thread safety</h2> Immutable.
 */
public final class TokenRows {
    private final long[] ids;
    private final int[] lengths;
    private final int width;

    private TokenRows(long[] ids, int[] lengths, int width) {
        this.ids = ids;
        this.lengths = lengths;
        this.width = width;
    }

    /** Pads rows to the longest. */
    public static TokenRows of(List<long[]> rows, long padId) {
        int width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        long[] ids = new long[Math.multiplyExact(rows.size(), width)];
        int[] lengths = new int[rows.size()];
        Arrays.fill(ids, padId);
        for (int i = 0; i < lengths.length; i++) {
            long[] row = rows.get(i);
            if (row.length == 0) {
                throw new IllegalArgumentException("row " + i + ": no tokens (expected: at least one)");
            }
            System.arraycopy(row, 0, ids, i * width, row.length);
            lengths[i] = row.length;
        }
        if (lengths.length == 0) {
            throw new IllegalArgumentException("rows: none (expected: at least one)");
        }
        return new TokenRows(ids, lengths, width);
    }

    /** One row. */
    public static TokenRows of(long... row) {
        return of(List.of(row), 0);
    }

    /** How many rows there are. */
    public int rows() {
        return lengths.length;
    }

    /** T: tokens of the longest row. */
    public int width() {
        return width;
    }

    /** Tokens of a row before padding. */
    public int length(int row) {
        return lengths[row];
    }

    public int[] lengths() {
        return lengths.clone();
    }

    /** A token id; the pad id behind the row's end. */
    public long id(int row, int position) {
        return ids[row * width + position];
    }

    /** The ids, (rows, T), I64. */
    public NDArray ids(NDManager manager) {
        return manager.create(ids, new Shape(rows(), width));
    }

    /** The position of the last token of every row. */
    public int[] last() {
        return Arrays.stream(lengths).map(length -> length - 1).toArray();
    }

    /** Positions 0, 1, 2 … of one row that stand for all rows, (1, T), I64. */
    NDArray positions(NDManager manager) {
        long[] positions = new long[width];
        Arrays.setAll(positions, i -> i);
        return manager.create(positions, new Shape(1, width));
    }

    /** The smallest and largest id, padding included. */
    long[] idRange() {
        return new long[] {Arrays.stream(ids).min().orElseThrow(), Arrays.stream(ids).max().orElseThrow()};
    }
}
