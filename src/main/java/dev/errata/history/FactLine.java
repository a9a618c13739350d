package dev.errata.history;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;

/**
 * A fact as a version wrote it, in one line.
 *
 * @param version that wrote it
 * @param event by which it was claimed
 */
public record FactLine(FactKey key, String object, EventId event, long version) {
    /** Columns of the table fact by its alias f, as {@link #ROW} reads them. */
    static final String COLUMNS = "f.subject, f.relation, f.object, f.source, f.event, f.version";

    static final int WIDTH = 6;

    static final Db.Row<FactLine> ROW = row -> at(row, 1);

    public FactLine {
        requireNonNull(key, "key");
        requireNonNull(object, "object");
        requireNonNull(event, "event");
    }

    /** Reads the columns from this one on. */
    static FactLine at(java.sql.ResultSet row, int first) throws java.sql.SQLException {
        return new FactLine(
                new FactKey(row.getString(first), row.getString(first + 1)),
                row.getString(first + 2),
                new EventId(row.getString(first + 3), row.getString(first + 4)),
                row.getLong(first + 5));
    }
}
