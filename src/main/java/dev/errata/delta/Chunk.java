package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * One record's worth of a payload.
 *
 * @param index place in the payload, from 0
 * @param count how many chunks the payload has
 * @param bytes not copied; must not be changed
 */
public record Chunk(int index, int count, byte[] bytes) {
    public Chunk {
        requireNonNull(bytes, "bytes");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Chunk o && index == o.index && count == o.count && Arrays.equals(bytes, o.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * index + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "chunk " + index + " of " + count + " (" + bytes.length + " bytes)";
    }
}
