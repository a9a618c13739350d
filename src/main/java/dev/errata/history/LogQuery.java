package dev.errata.history;

import dev.errata.fact.FactKey;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Answers {@link HistoryIndex#log}. */
final class LogQuery {
    /** Facts that a line of a version tells. */
    private static final long FACTS = 3;

    private final Db db;
    private final LogFilter filter;
    private final LogFilter.Cursor before;
    private final List<String> wanted = new ArrayList<>();
    private final List<Object> ofFact = new ArrayList<>();

    LogQuery(Db db, LogFilter filter) {
        this.db = db;
        this.filter = filter;
        this.before = filter.before().orElse(LogFilter.Cursor.NEWEST);
        // The constructor of a key knows the normal form; the other half is not looked at.
        filter.subject().ifPresent(subject -> want("subject", new FactKey(subject, "-").subject()));
        filter.relation().ifPresent(relation -> want("relation", new FactKey("-", relation).relation()));
        filter.source().ifPresent(source -> want("source", source));
    }

    private void want(String column, String value) {
        wanted.add(column + " = ?");
        ofFact.add(value);
    }

    LogPage page() {
        // One more than asked for tells whether there are older ones.
        List<LogPage.Line> lines = filter.statuses().stream()
                .flatMap(status -> status.isVersion() ? versions(status) : changes(status))
                .sorted(Comparator.comparing(LogPage.Line::cursor).reversed())
                .limit(filter.limit() + 1L)
                .toList();
        boolean older = lines.size() > filter.limit();
        List<LogPage.Line> page = older ? lines.subList(0, filter.limit()) : lines;
        List<LogPage.Line> told = page.stream().map(line -> line instanceof LogPage.Made made ? withFacts(made) : line).toList();
        return new LogPage(told, older ? Optional.of(page.get(page.size() - 1).cursor()) : Optional.empty());
    }

    private Stream<LogPage.Line> versions(Status status) {
        List<String> where = new ArrayList<>(List.of("kind = ?", "(at < ? OR at = ? AND (? > -1 OR number < ?))"));
        List<Object> values = new ArrayList<>(List.of(status.label(), before.at(), before.at(), (long) before.part(), before.place()));
        time("committed", where, values);
        touched(where, values);
        values.add(filter.limit() + 1L);
        String sql = "SELECT number, at, committed, intent, digest, written, removed, back, reason, held FROM version WHERE "
                + String.join(" AND ", where) + " ORDER BY number DESC LIMIT ?";
        return db.list(row -> new LogPage.Made(
                        new LogFilter.Cursor(row.getLong(2), -1, row.getLong(1)),
                        row.getLong(1),
                        status,
                        Micros.instant(row.getLong(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getLong(7),
                        List.of(),
                        row.getObject(8) == null ? OptionalLong.empty() : OptionalLong.of(row.getLong(8)),
                        Optional.ofNullable(row.getString(9)),
                        Optional.ofNullable(row.getString(10)).map(Failure::valueOf)), sql, values.toArray())
                .stream().map(made -> made);
    }

    /** Wrote such a fact, took it out or brought it back; or carried out such a change, which may be a retraction of another's fact. */
    private void touched(List<String> where, List<Object> values) {
        if (wanted.isEmpty()) {
            return;
        }
        if (filter.subject().isPresent()) {
            where.add("number IN (SELECT s.since FROM fact JOIN span s ON s.fact = fact.id WHERE " + facts()
                    + " UNION SELECT s.until FROM fact JOIN span s ON s.fact = fact.id WHERE " + facts()
                    + " UNION SELECT version FROM outcome WHERE version IS NOT NULL AND " + of("outcome") + ")");
        } else {
            // Not by subject there is no index: each version is asked whether it touched such a fact, until there are enough.
            where.add("(EXISTS (SELECT 1 FROM span s JOIN fact ON fact.id = s.fact WHERE s.since = number AND " + facts()
                    + ") OR EXISTS (SELECT 1 FROM span s JOIN fact ON fact.id = s.fact WHERE s.until = number AND " + facts()
                    + ") OR EXISTS (SELECT 1 FROM span s JOIN fact ON fact.id = s.fact JOIN outcome ON outcome.subject = fact.subject"
                    + " AND outcome.relation = fact.relation AND outcome.version = number"
                    + " WHERE s.until = number AND " + of("outcome") + "))");
        }
        for (int i = 0; i < 3; i++) {
            values.addAll(ofFact);
        }
    }

    private String facts() {
        return of("fact");
    }

    private String of(String table) {
        return String.join(" AND ", wanted.stream().map(one -> table + "." + one).toList());
    }

    private Stream<LogPage.Line> changes(Status status) {
        List<String> where = new ArrayList<>(List.of("fate = ?", "(at, part, place) < (?, ?, ?)"));
        List<Object> values = new ArrayList<>(List.of(status.label(), before.at(), (long) before.part(), before.place()));
        time("at", where, values);
        where.addAll(wanted);
        values.addAll(ofFact);
        values.add(filter.limit() + 1L);
        String sql = "SELECT " + Outcomes.COLUMNS + " FROM outcome WHERE " + String.join(" AND ", where)
                + " ORDER BY at DESC, part DESC, place DESC LIMIT ?";
        return db.list(Outcomes.ROW, sql, values.toArray()).stream().map(settled -> settled);
    }

    private void time(String column, List<String> where, List<Object> values) {
        filter.from().ifPresent(from -> {
            where.add(column + " >= ?");
            values.add(Micros.of(from));
        });
        filter.to().ifPresent(to -> {
            where.add(column + " < ?");
            values.add(Micros.of(to));
        });
    }

    private LogPage.Made withFacts(LogPage.Made made) {
        List<Object> values = new ArrayList<>(List.of(made.version()));
        values.addAll(ofFact);
        values.add(FACTS);
        String sql = "SELECT " + FactLine.COLUMNS + " FROM version v JOIN fact f ON f.id >= v.first AND f.id < v.first + v.written"
                + " WHERE v.number = ?" + String.join("", wanted.stream().map(one -> " AND f." + one).toList()) + " ORDER BY f.id LIMIT ?";
        return new LogPage.Made(made.cursor(), made.version(), made.status(), made.committedAt(), made.intent(), made.digest(),
                made.written(), made.removed(), db.list(FactLine.ROW, sql, values.toArray()), made.to(), made.reason(), made.held());
    }
}
