package dev.errata.delta;

import static java.util.Objects.requireNonNull;

/** What a version says of one chunk of a payload: its size in bytes and its SHA-256 in lower-case hex. */
public record ChunkRef(int bytes, String sha256) {
    public ChunkRef {
        requireNonNull(sha256, "sha256");
    }
}
