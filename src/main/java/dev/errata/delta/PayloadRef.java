package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a version says of a payload that lies in chunks beside it: size, SHA-256 of the whole in lower-case hex, its chunks in order. */
public record PayloadRef(long bytes, String sha256, List<ChunkRef> chunks) {
    public PayloadRef {
        requireNonNull(sha256, "sha256");
        chunks = List.copyOf(chunks);
    }
}
