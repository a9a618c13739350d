package dev.errata.history;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/** Which versions there are. */
final class Known {
    private Known() {}

    static long newest(Db db) {
        return db.first(row -> row.getLong(1), "SELECT coalesce(max(number), 0) FROM version").orElseThrow();
    }

    /** @throws ErrataException VERSION_UNKNOWN outside of {@code first} to the newest */
    static void require(Db db, long number, long first) {
        long newest = newest(db);
        if (number < first || number > newest) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: " + first + " to " + newest + ")");
        }
    }
}
