package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Optional;

/**
 * Payloads by their SHA-256, so that an older version can be replayed without reading the whole log again.
 *
 * <p>A cache: it may lose anything at any time, and what it gives back was checked against its name. The log is the truth.
 */
public interface Payloads {
    /** Keeps a payload under the name that {@code ref} gives it. */
    void put(PayloadRef ref, byte[] payload);

    /** The payload, or empty when it is not here or not what its name says. */
    Optional<byte[]> get(PayloadRef ref);

    /** The payload; {@link Failure#CHUNK_INVALID} when it is not here. */
    default byte[] require(PayloadRef ref) {
        return get(ref).orElseThrow(() -> new ErrataException(
                Failure.CHUNK_INVALID, "payload: " + ref.sha256() + " is not in " + this + " (expected: read from the log)"));
    }
}
