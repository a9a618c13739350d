package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * Where a change stands among the changes of one fact key by one source: by {@code number} where both changes carry one, else by time.
 * Equal revisions are ordered by arrival.
 *
 * <p>Among changes that all carry a number, or all carry none, this is an order. A source that mixes them can make a circle (number 5
 * at 10:00, none at 10:01, number 3 at 10:02: each is older than the next but the last is older than the first), so whoever compares
 * must compare with all that came before, not with the newest alone.
 *
 * @param number CloudEvents extension {@code revision}, where the source gives one
 * @param time CloudEvents {@code time}: the source's clock, which may be wrong
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

    /**
     * The next revision by the same source, said at {@code now} at the earliest: neither its number nor its time makes it older than this
     * one, also where the source's clock is ahead.
     */
    public Revision next(Instant now) {
        OptionalLong next = number.isPresent() ? OptionalLong.of(Math.max(number.getAsLong(), number.getAsLong() + 1)) : number;
        Instant after = time.plusMillis(1);
        return new Revision(next, now.isBefore(after) ? after : now);
    }

    /** Strictly older; an equal revision is not older. */
    public boolean isOlderThan(Revision other) {
        if (number.isPresent() && other.number.isPresent()) {
            return number.getAsLong() < other.number.getAsLong();
        }
        return time.isBefore(other.time);
    }
}
