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
 * @param remembered events that are remembered, so that a duplicate or an older revision is recognised; 1 or more
 * @param rememberedOfKey those of one fact key; 1 to {@value #OF_KEY_MAX}
 */
public record AccumulatorRules(int maxFacts, Duration maxAge, ConflictRule conflict, int remembered, int rememberedOfKey) {
    public static final int REMEMBERED = 500_000;
    public static final int REMEMBERED_OF_KEY = 100;
    public static final int OF_KEY_MAX = 10_000;
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
        if (remembered < 1) {
            throw new ErrataException(Failure.SETTING_INVALID, "remembered: " + remembered + " (expected: 1 or more)");
        }
        if (rememberedOfKey < 1 || rememberedOfKey > OF_KEY_MAX) {
            throw new ErrataException(
                    Failure.SETTING_INVALID, "rememberedOfKey: " + rememberedOfKey + " (expected: 1 to " + OF_KEY_MAX + ")");
        }
    }

    /** With the memory that there is by default. */
    public AccumulatorRules(int maxFacts, Duration maxAge, ConflictRule conflict) {
        this(maxFacts, maxAge, conflict, REMEMBERED, REMEMBERED_OF_KEY);
    }
}
