package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A record that was given up.
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

    /** What was added to the headers under this name, without the prefix {@value RawRecord#HISTORY}. */
    public Optional<String> told(String name) {
        return record.headers().stream()
                .filter(header -> header.name().equals(RawRecord.HISTORY + name) && header.value() != null)
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .reduce((one, later) -> later);
    }

    /** How often the record was given up. */
    public int attempts() {
        return told("attempts").map(Integer::parseInt).orElse(1);
    }
}
