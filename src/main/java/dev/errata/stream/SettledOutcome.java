package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Outcome;
import java.time.Instant;

/** An outcome as the log tells of it, with the time at which it was settled. */
public record SettledOutcome(Outcome outcome, Instant time) {
    public SettledOutcome {
        requireNonNull(outcome, "outcome");
        requireNonNull(time, "time");
    }
}
