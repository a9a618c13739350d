package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Additive attention masks. */
final class Masks {
    private Masks() {}

    /**
     * Every position looks at itself and to the left, (1, 1, T, T). Rows padded on the right need no more: padding lies to the right of
     * every real position.
     */
    static NDArray causal(int width, NDManager manager) {
        float[] mask = new float[Math.multiplyExact(width, width)];
        for (int from = 0; from < width; from++) {
            for (int to = from + 1; to < width; to++) {
                mask[from * width + to] = Attention.CLOSED;
            }
        }
        return manager.create(mask, new Shape(1, 1, width, width));
    }

    /**
     * One new position per row, behind rows that were padded to {@code width} and {@code more} positions that all rows have; (rows, 1, 1,
     * width + more).
     */
    static NDArray behind(TokenRows rows, int more, NDManager manager) {
        int columns = rows.width() + more;
        float[] mask = new float[rows.rows() * columns];
        for (int row = 0; row < rows.rows(); row++) {
            for (int column = rows.length(row); column < rows.width(); column++) {
                mask[row * columns + column] = Attention.CLOSED;
            }
        }
        return manager.create(mask, new Shape(rows.rows(), 1, 1, columns));
    }

    /**
     * Positions 0 … {@code width - 1} behind a past of as many positions as each row says, padded on the right to {@code room}; (rows, 1,
     * width, room + width).
     */
    static NDArray behind(int[] pasts, int room, int width, NDManager manager) {
        int columns = room + width;
        float[] mask = new float[pasts.length * width * columns];
        for (int row = 0; row < pasts.length; row++) {
            for (int from = 0; from < width; from++) {
                int line = (row * width + from) * columns;
                Arrays.fill(mask, line + pasts[row], line + room, Attention.CLOSED);
                Arrays.fill(mask, line + room + from + 1, line + columns, Attention.CLOSED);
            }
        }
        return manager.create(mask, new Shape(pasts.length, 1, width, columns));
    }
}
