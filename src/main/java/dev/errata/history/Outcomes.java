package dev.errata.history;

import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads rows of the table outcome. */
final class Outcomes {
    static final String COLUMNS =
            "fate, at, part, place, subject, relation, source, event, version, code, message, by_source, by_event";

    static final Db.Row<LogPage.Settled> ROW = row -> {
        long at = row.getLong(2);
        Position position = new Position(row.getInt(3), row.getLong(4));
        long version = row.getLong(9);
        String by = row.getString(12);
        return new LogPage.Settled(
                new LogFilter.Cursor(at, position.partition(), position.offset()),
                Status.of(row.getString(1)),
                Micros.instant(at),
                new FactKey(row.getString(5), row.getString(6)),
                new EventId(row.getString(7), row.getString(8)),
                position,
                version == 0 ? OptionalLong.empty() : OptionalLong.of(version),
                Optional.ofNullable(row.getString(10)).map(Failure::valueOf),
                Optional.ofNullable(row.getString(11)),
                by == null ? Optional.empty() : Optional.of(new EventId(by, row.getString(13))));
    };

    private Outcomes() {}
}
