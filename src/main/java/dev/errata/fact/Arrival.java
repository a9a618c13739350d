package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** A fact change as it was read: what, where it stood in the log, and when it was read. */
public record Arrival(FactChange change, Position position, Instant time) {
    public Arrival {
        requireNonNull(change, "change");
        requireNonNull(position, "position");
        requireNonNull(time, "time");
    }
}
