package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Arrival;
import java.time.Instant;

/**
 * A change that is in the open batch or waits for a later one.
 *
 * @param since when its place was taken: its own arrival, or that of the change whose place it has
 */
public record Pending(Arrival arrival, Instant since) {
    public Pending {
        requireNonNull(arrival, "arrival");
        requireNonNull(since, "since");
    }
}
