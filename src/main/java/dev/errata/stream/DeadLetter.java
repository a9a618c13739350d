package dev.errata.stream;

import static java.util.Objects.requireNonNull;

/**
 * A record that could not be read.
 *
 * @param code why, as a {@link dev.errata.failure.Failure}'s name
 * @param reason why, in words
 * @param record as it was received, with what was added to its headers
 */
public record DeadLetter(String code, String reason, RawRecord record) {
    public DeadLetter {
        requireNonNull(code, "code");
        requireNonNull(reason, "reason");
        requireNonNull(record, "record");
    }
}
