package dev.errata.history;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of the log is wanted.
 *
 * @param subject of a fact that a version wrote or took out, or that a change is about; compared in normal form
 * @param relation likewise
 * @param source whose event it was
 * @param from the earliest time
 * @param to the first time that is not wanted any more
 * @param statuses none: every version, and every fact change that is in no version
 * @param limit lines at most
 * @param before where the page before ended
 */
public record LogFilter(
        Optional<String> subject,
        Optional<String> relation,
        Optional<String> source,
        Optional<Instant> from,
        Optional<Instant> to,
        Set<Status> statuses,
        int limit,
        Optional<Cursor> before) {
    public LogFilter {
        requireNonNull(subject, "subject");
        requireNonNull(relation, "relation");
        requireNonNull(source, "source");
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(before, "before");
        statuses = statuses.isEmpty() ? EnumSet.complementOf(EnumSet.of(Status.APPLIED)) : statuses;
        statuses = Set.copyOf(statuses);
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 or more)");
        }
    }

    /**
     * A place in the log, newest first: by time, then changes before versions, then by number, or partition and offset.
     *
     * @param at microseconds since the epoch
     * @param part -1 for a version
     */
    public record Cursor(long at, int part, long place) implements Comparable<Cursor> {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\.(-1|\\d{1,9})\\.(\\d{1,18})");
        static final Cursor NEWEST = new Cursor(Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

        /** @throws ErrataException REQUEST_INVALID for anything but what {@link #toString} gives */
        public static Cursor parse(String text) {
            Matcher parts = TEXT.matcher(text);
            if (!parts.matches()) {
                throw new ErrataException(
                        Failure.REQUEST_INVALID, "before: \"" + text + "\" (expected: \"next\" of the page before)");
            }
            return new Cursor(Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)), Long.parseLong(parts.group(3)));
        }

        /** The older is less. Of one time the version is the older, since a change that it made has its outcome with it. */
        @Override
        public int compareTo(Cursor other) {
            int byTime = Long.compare(at, other.at);
            int byPart = byTime == 0 ? Integer.compare(part, other.part) : byTime;
            return byPart == 0 ? Long.compare(place, other.place) : byPart;
        }

        @Override
        public String toString() {
            return at + "." + part + "." + place;
        }
    }
}
