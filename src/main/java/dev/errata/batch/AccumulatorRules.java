package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Duration;

/**
 * When a batch is sealed, and who wins a conflict. A value out of range is {@link Failure#SETTING_INVALID}.
 *
 * @param maxFacts a batch with so many facts is full; 1 to {@value #FACTS_MAX}
 * @param maxAge a batch is sealed when its oldest place was taken so long ago; 0 to {@value #DAYS_MAX} days
 */
public record AccumulatorRules(int maxFacts, Duration maxAge, ConflictRule conflict) {
    public static final int FACTS_MAX = 100_000;
    public static final int DAYS_MAX = 365;

    public AccumulatorRules {
        requireNonNull(conflict, "conflict");
        if (maxFacts < 1 || maxFacts > FACTS_MAX) {
            throw new ErrataException(Failure.SETTING_INVALID, "maxFacts: " + maxFacts + " (expected: 1 to " + FACTS_MAX + ")");
        }
        if (requireNonNull(maxAge, "maxAge").isNegative() || maxAge.compareTo(Duration.ofDays(DAYS_MAX)) > 0) {
            throw new ErrataException(Failure.SETTING_INVALID, "maxAge: " + maxAge + " (expected: 0 to " + DAYS_MAX + " days)");
        }
    }
}
