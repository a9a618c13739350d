package dev.errata.history;

import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import java.util.Optional;

/** Finds out why a fact ended. */
final class Endings {
    private final Db db;

    Endings(Db db) {
        this.db = db;
    }

    /** @param version in which the fact of this key is not live any more */
    Ending of(FactKey key, long version) {
        Optional<Ending> rolledBack = db.first(
                row -> new Ending.RolledBack(version, row.getLong(1), row.getString(2)),
                "SELECT back, reason FROM version WHERE number = ? AND back IS NOT NULL",
                version);
        if (rolledBack.isPresent()) {
            return rolledBack.get();
        }
        Optional<Ending> replaced = db.first(
                row -> new Ending.Replaced(version, new EventId(row.getString(1), row.getString(2)), row.getString(3)),
                "SELECT source, event, object FROM fact WHERE subject = ? AND relation = ? AND version = ?",
                key.subject(), key.relation(), version);
        return replaced.or(() -> db.first(
                        row -> new Ending.Retracted(version, new EventId(row.getString(1), row.getString(2))),
                        "SELECT source, event FROM outcome WHERE subject = ? AND relation = ? AND version = ? LIMIT 1",
                        key.subject(), key.relation(), version))
                .orElseGet(() -> new Ending.TakenOut(version));
    }
}
