package dev.errata.transformer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/**
 * What attention in one block keeps of positions that have been seen: with it, later positions run without running the earlier ones
 * again.
 *
 * @param keys attention keys, already rotated, (rows, key heads, T, head dim)
 * @param values attention values, (rows, key heads, T, head dim)
 */
public record Past(NDArray keys, NDArray values) {
    public Past {
        requireNonNull(keys, "keys");
        requireNonNull(values, "values");
    }
}
