package dev.errata.history;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.FactKey;
import dev.errata.history.VersionStory.Removed;
import dev.errata.history.VersionStory.Totals;
import dev.errata.history.VersionStory.Written;
import dev.errata.stream.Decision;
import dev.errata.stream.Operation;
import dev.errata.stream.event.EventCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers {@link HistoryIndex#version}. */
final class VersionQuery {
    /** Operations that have a version as their object and are about it; a rollback is about the one that it makes. */
    private static final Set<Operation.Action> ABOUT =
            Set.of(Operation.Action.RELEASE, Operation.Action.REJECT, Operation.Action.TAG);

    /** Ended in the version, and nothing was written instead. */
    private static final String REMOVED = " FROM span s JOIN fact f ON f.id = s.fact WHERE s.until = ? AND f.id NOT IN (SELECT w.replaced"
            + " FROM version v JOIN fact w ON w.id >= v.first AND w.id < v.first + v.written"
            + " WHERE v.number = ? AND w.replaced IS NOT NULL)";
    /** Live from the version on, and written by an earlier one. */
    private static final String RETURNED = " FROM span s JOIN fact f ON f.id = s.fact WHERE s.since = ? AND f.version < ?";

    private final Db db;

    VersionQuery(Db db) {
        this.db = db;
    }

    VersionStory story(long number) {
        new Line(db).require(number, 1);
        Version version = record(number);
        List<Operation> operations = operations(version);
        return new VersionStory(
                version, evaluation(number), written(version), removed(number), returned(number),
                new Totals(count(REMOVED, number, number), count(RETURNED, number, number)), announced(version, operations),
                new Line(db).tags().all().stream().filter(tag -> tag.version() == number).map(Tag::name).toList(), operations);
    }

    Version record(long number) {
        return db.first(row -> EventCodec.VERSION.decode(row.getBytes(1)), "SELECT value FROM record WHERE number = ?", number)
                .orElseThrow();
    }

    Optional<Evaluation> evaluation(long number) {
        return db.first(row -> EventCodec.EVALUATION.decode(row.getBytes(1)), "SELECT value FROM evaluation WHERE number = ?", number);
    }

    private List<Written> written(Version version) {
        List<LiveFact> facts = version.change() instanceof Edited edited ? edited.in() : List.of();
        Map<FactKey, FactLine> replaced = new HashMap<>();
        db.list(
                row -> {
                    FactLine old = FactLine.at(row, 1);
                    return replaced.put(old.key(), old);
                },
                "SELECT " + FactLine.COLUMNS + " FROM version v JOIN fact w ON w.id >= v.first AND w.id < v.first + v.written"
                        + " JOIN fact f ON f.id = w.replaced WHERE v.number = ?",
                version.number());
        return facts.stream().map(fact -> new Written(fact, Optional.ofNullable(replaced.get(fact.key())))).toList();
    }

    private List<Removed> removed(long number) {
        Endings endings = new Endings(db);
        return facts(REMOVED, number, number).stream().map(fact -> new Removed(fact, endings.of(fact.key(), number))).toList();
    }

    private List<FactLine> returned(long number) {
        return facts(RETURNED, number, number);
    }

    private List<FactLine> facts(String from, Long... values) {
        String sql = "SELECT " + FactLine.COLUMNS + from + " ORDER BY f.id LIMIT " + HistoryIndex.LISTED;
        return db.list(FactLine.ROW, sql, (Object[]) values);
    }

    private long count(String from, Long... values) {
        return db.first(row -> row.getLong(1), "SELECT count(*)" + from, (Object[]) values).orElseThrow();
    }

    private List<Operation> operations(Version version) {
        String object = Operation.version(version.number());
        return db.list(
                        row -> EventCodec.OPERATION.decode(row.getBytes(1)),
                        "SELECT value FROM operation WHERE name = ? OR object = ?"
                                + " OR object >= 'tag ' AND object < 'tag!' AND object LIKE ? ORDER BY id",
                        version.intent(), object, "tag % at " + object)
                .stream()
                .filter(one -> one.id().equals(version.intent()) || ABOUT.contains(one.action()))
                .toList();
    }

    private boolean announced(Version version, List<Operation> operations) {
        boolean reached = new Line(db).announced() >= version.number();
        return reached && (version.held().isEmpty()
                || operations.stream().flatMap(one -> one.decision().stream()).findFirst().map(Decision::released).orElse(false));
    }
}
