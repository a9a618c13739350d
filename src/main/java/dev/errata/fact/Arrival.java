package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A fact change as it was read: what, where it stood in the log, and when it was read.
 *
 * @param time when the age of the change begins; a time that a second reading gives again (the record's timestamp) makes age survive
 *     a restart
 */
public record Arrival(FactChange change, Position position, Instant time) {
    public Arrival {
        requireNonNull(change, "change");
        requireNonNull(position, "position");
        requireNonNull(time, "time");
    }
}
