package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * Where a change stands among the changes of one fact key by one source: by {@code number} where both changes carry one, else by time.
 * Equal revisions are ordered by arrival.
 */
public record Revision(OptionalLong number, Instant time) {
    public Revision {
        requireNonNull(number, "number");
        requireNonNull(time, "time");
    }

    public static Revision at(Instant time) {
        return new Revision(OptionalLong.empty(), time);
    }

    public static Revision number(long number, Instant time) {
        return new Revision(OptionalLong.of(number), time);
    }

    /** Strictly older; an equal revision is not older. */
    public boolean isOlderThan(Revision other) {
        if (number.isPresent() && other.number.isPresent()) {
            return number.getAsLong() < other.number.getAsLong();
        }
        return time.isBefore(other.time);
    }
}
