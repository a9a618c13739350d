package dev.errata.history;

import dev.errata.delta.Tag;
import dev.errata.delta.Tags;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.Optional;

/** Which versions there are, and what they are called. */
record Line(Db db) implements VersionRef.Line {
    @Override
    public long announced() {
        return db.first(row -> Long.parseLong(row.getString(1)), "SELECT value FROM meta WHERE name = 'head'").orElse(0L);
    }

    @Override
    public long newest() {
        return db.first(row -> row.getLong(1), "SELECT coalesce(max(number), 0) FROM version").orElseThrow();
    }

    @Override
    public Optional<Tag> tag(String name) {
        return tags().get(name);
    }

    Tags tags() {
        Tags tags = new Tags();
        db.list(
                row -> new Tag(row.getString(1), row.getLong(2), row.getString(3), row.getLong(4) == 1),
                "SELECT name, version, digest, movable FROM tag ORDER BY id").forEach(tags::add);
        return tags;
    }

    @Override
    public long at(Instant time) {
        return db.first(
                        row -> row.getLong(1),
                        "SELECT number FROM version WHERE committed <= ? ORDER BY number DESC LIMIT 1",
                        Micros.of(time))
                .orElse(0L);
    }

    /** @throws ErrataException VERSION_UNKNOWN outside of {@code first} to the newest */
    void require(long number, long first) {
        long newest = newest();
        if (number < first || number > newest) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: " + first + " to " + newest + ")");
        }
    }
}
