package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * What attention in one block remembers of tokens of any rows, one after the other.
 *
 * @param keys turned, (tokens, key heads·head dim)
 * @param values (tokens, key heads·head dim)
 * @param headDim size of a head
 */
record Remembered(NDArray keys, NDArray values, int headDim) {

    /** The tokens with these numbers as a past, (rows, key heads, T, head dim); numbers are (rows, T), I64, and results attach to them. */
    Past past(NDArray numbers) {
        return new Past(heads(keys, numbers), heads(values, numbers));
    }

    private NDArray heads(NDArray table, NDArray numbers) {
        try (Scope scope = Scope.of(numbers)) {
            NDArray flat = new Table(table).at(scope.enter(numbers));
            NDArray heads = flat.reshape(numbers.getShape().addAll(new Shape(-1, headDim)));
            return scope.leave(heads.swapAxes(1, 2));
        }
    }

    /** Tokens, (rows·T, key heads·head dim), of a past (rows, key heads, T, head dim), without its first {@code skipped} positions. */
    static NDArray tokens(NDArray past, int skipped) {
        long[] shape = past.getShape().getShape();
        try (Scope scope = Scope.of(past)) {
            NDArray own = Views.between(past, 2, skipped, shape[2], scope.manager());
            return scope.leave(own.swapAxes(1, 2).reshape(shape[0] * (shape[2] - skipped), -1));
        }
    }
}
