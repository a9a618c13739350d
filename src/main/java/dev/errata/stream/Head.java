package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The version that followers are told to serve.
 *
 * @param version 0 is the base model
 * @param digest of that version's edited tensors
 */
public record Head(String model, long version, String digest, Instant announcedAt) {
    public Head {
        requireNonNull(model, "model");
        requireNonNull(digest, "digest");
        requireNonNull(announcedAt, "announcedAt");
        if (version < 0) {
            throw new IllegalArgumentException("version: " + version + " (expected: 0 or more)");
        }
    }
}
