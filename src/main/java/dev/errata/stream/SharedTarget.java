package dev.errata.stream;

import static java.util.Objects.requireNonNull;

/**
 * A target that a worker has found and others may use, as it lies in the log. Its array is shared and never changed.
 *
 * @param key SHA-256 of all that the target depends on, in lower-case hex
 * @param bytes the target, with a checksum of its own
 */
public record SharedTarget(String key, byte[] bytes) {
    public SharedTarget {
        requireNonNull(key, "key");
        requireNonNull(bytes, "bytes");
    }
}
