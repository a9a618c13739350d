package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * How attention is divided into heads, and the shapes that follow.
 *
 * <p>Tokens lie one after the other, heads within them: (n, heads, size). Products run over (rows, key heads, group·T, size): the query
 * heads that share a key head lie one behind the other, as if they were more positions of one head.
 *
 * @param queries query heads
 * @param keys heads of keys and of values
 * @param size of a head
 */
record Heads(int queries, int keys, int size) {
    /** Queries, keys and values together. */
    int all() {
        return queries + 2 * keys;
    }

    /** What scores are multiplied by. */
    double scale() {
        return 1 / Math.sqrt(size);
    }

    /** (n, heads·size) to (n, heads, size). */
    NDArray split(NDArray tokens) {
        return tokens.reshape(tokens.getShape().get(0), -1, size);
    }

    /** Queries, keys and values of (rows·T, all heads, size), as views (rows, heads, T, size) attached to the same manager. */
    NDList three(NDArray tokens, long rows) {
        return first(tokens, rows).split(new long[] {queries, queries + keys}, 1);
    }

    /** (rows·T, heads, size) as a view (rows, heads, T, size). */
    private NDArray first(NDArray tokens, long rows) {
        long[] shape = tokens.getShape().getShape();
        return tokens.reshape(rows, shape[0] / rows, shape[1], size).swapAxes(1, 2);
    }

    /** (rows, query heads, T, …) to (rows, key heads, group·T, …). */
    NDArray byKey(NDArray heads) {
        long[] shape = heads.getShape().getShape();
        return heads.reshape(shape[0], keys, queries / keys * shape[2], shape[3]);
    }

    /** (rows, key heads, group·T, …) to (rows, query heads, T, …). */
    NDArray byQuery(NDArray heads) {
        long[] shape = heads.getShape().getShape();
        return heads.reshape(shape[0], queries, keys * shape[2] / queries, shape[3]);
    }
}
