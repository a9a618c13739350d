package dev.errata.history;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the index holds them: whole microseconds since the epoch, rounded down. */
final class Micros {
    private Micros() {}

    static Long of(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.truncatedTo(ChronoUnit.MICROS));
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
