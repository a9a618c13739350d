package dev.errata.history;

import dev.errata.fact.FactKey;
import dev.errata.history.Blame.Claim;
import dev.errata.history.Blame.OfKey;
import dev.errata.history.Blame.Span;
import java.util.List;
import java.util.Optional;

/** Answers {@link HistoryIndex#why}. */
final class BlameQuery {
    private static final long UNWRITTEN = 20;

    private final Db db;
    private final Endings endings;

    BlameQuery(Db db) {
        this.db = db;
        this.endings = new Endings(db);
    }

    Blame of(String subject, Optional<String> relation) {
        FactKey asked = new FactKey(subject, relation.orElse("-"));
        List<FactKey> keys = relation.isPresent() ? List.of(asked) : keys(asked.subject());
        return new Blame(asked.subject(), keys.stream().map(this::ofKey).filter(BlameQuery::isKnown).toList());
    }

    private List<FactKey> keys(String subject) {
        return db.list(
                row -> new FactKey(subject, row.getString(1)),
                "SELECT relation FROM fact WHERE subject = ? UNION SELECT relation FROM outcome WHERE subject = ? ORDER BY 1",
                subject, subject);
    }

    private static boolean isKnown(OfKey key) {
        return !key.claims().isEmpty() || !key.unwritten().isEmpty();
    }

    private OfKey ofKey(FactKey key) {
        List<Claim> claims = db.list(
                row -> {
                    int more = FactLine.WIDTH;
                    boolean first = row.getObject(more + 6) == null;
                    return new Claim(
                            FactLine.at(row, 1),
                            Micros.instant(row.getLong(more + 2)),
                            row.getString(more + 3),
                            Micros.instant(row.getLong(more + 4)),
                            Optional.ofNullable(row.getString(more + 5)),
                            first ? Optional.empty() : Optional.of(FactLine.at(row, more + 6)),
                            spans(key, row.getLong(more + 1)));
                },
                "SELECT " + FactLine.COLUMNS + ", f.id, f.said, v.intent, v.committed, f.stated, "
                        + FactLine.COLUMNS.replace("f.", "r.")
                        + " FROM fact f JOIN version v ON v.number = f.version LEFT JOIN fact r ON r.id = f.replaced"
                        + " WHERE f.id IN (SELECT * FROM (SELECT id FROM fact WHERE subject = ? AND relation = ?"
                        + " ORDER BY version DESC LIMIT ?) UNION SELECT s.fact FROM fact w JOIN span s ON s.fact = w.id"
                        + " WHERE w.subject = ? AND w.relation = ? AND s.until IS NULL) ORDER BY f.id",
                key.subject(), key.relation(), (long) HistoryIndex.LISTED, key.subject(), key.relation());
        long total = db.first(
                row -> row.getLong(1), "SELECT count(*) FROM fact WHERE subject = ? AND relation = ?", key.subject(), key.relation())
                .orElseThrow();
        return new OfKey(key, claims.stream().filter(Claim::live).findFirst(), claims, total, unwritten(key));
    }

    private List<Span> spans(FactKey key, long fact) {
        return db.list(
                row -> new Span(row.getLong(1), row.getObject(2) == null ? Optional.empty() : Optional.of(endings.of(key, row.getLong(2)))),
                "SELECT since, until FROM span WHERE fact = ? ORDER BY since",
                fact);
    }

    private List<LogPage.Settled> unwritten(FactKey key) {
        return db.list(
                Outcomes.ROW,
                "SELECT " + Outcomes.COLUMNS + " FROM outcome WHERE subject = ? AND relation = ? AND version IS NULL"
                        + " ORDER BY at DESC, part DESC, place DESC LIMIT ?",
                key.subject(), key.relation(), UNWRITTEN);
    }
}
