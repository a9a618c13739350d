package dev.errata.history;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the index holds them: whole microseconds since the epoch, rounded down; beyond some 290,000 years the last that there is. */
final class Micros {
    private static final long SECOND = 1_000_000;
    private static final long SECONDS_MAX = Long.MAX_VALUE / SECOND - 1;

    private Micros() {}

    static Long of(Instant time) {
        // ChronoUnit.between counts nanoseconds on Java 17, of which a long holds no more than 292 years.
        long seconds = Math.max(-SECONDS_MAX, Math.min(SECONDS_MAX, time.getEpochSecond()));
        return seconds * SECOND + time.getNano() / 1000;
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
