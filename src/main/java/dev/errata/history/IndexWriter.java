package dev.errata.history;

import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogTail.Spot;
import dev.errata.stream.event.Outlines.OfChange;
import dev.errata.stream.event.Outlines.OfFact;
import dev.errata.stream.event.Outlines.OfFate;
import dev.errata.stream.event.Outlines.OfHeld;
import dev.errata.stream.event.Outlines.OfOutcome;
import dev.errata.stream.event.Outlines.OfVersion;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes what the log says into an {@link IndexFile}, each portion whole or not at all.
 *
 * <p>After a failure it knows more than the file and must be thrown away.
 *
 * <h2>Limits</h2> Keeps the key of every live fact in memory, as the worker and followers do.
 * <h2>Thread safety</h2> None: one thread at a time.
 */
final class IndexWriter {
    /** A live fact's row, and the version since which it is live. */
    private record Row(long fact, long since) {}

    private record Found(long fact, long since, long object, String subject, String relation) {
        FactKey key() {
            return new FactKey(subject, relation);
        }
    }

    private final IndexFile file;
    private final Db db;
    private final Map<FactKey, Row> live;
    private final TextHash hash = new TextHash();
    private long last;
    private String digest;
    private long at;
    private long facts;

    private final PreparedStatement version;
    private final PreparedStatement record;
    private final PreparedStatement fact;
    private final PreparedStatement begin;
    private final PreparedStatement end;
    private final PreparedStatement evaluation;
    private final PreparedStatement applied;
    private final PreparedStatement outcome;
    private final PreparedStatement operation;
    private final PreparedStatement tag;
    private final PreparedStatement spot;

    /** Goes on where the file ends. */
    static IndexWriter of(IndexFile file) throws SQLException {
        IndexWriter writer = new IndexWriter(file, new HashMap<>());
        writer.db.list(
                row -> writer.live.put(new FactKey(row.getString(3), row.getString(4)), new Row(row.getLong(1), row.getLong(2))),
                "SELECT s.fact, s.since, f.subject, f.relation FROM span s JOIN fact f ON f.id = s.fact WHERE s.until IS NULL");
        writer.db.first(row -> {
            writer.last = row.getLong(1);
            writer.digest = row.getString(2);
            writer.at = row.getLong(3);
            return writer.last;
        }, "SELECT number, digest, at FROM version ORDER BY number DESC LIMIT 1");
        writer.facts = writer.db.first(row -> row.getLong(1), "SELECT coalesce(max(id), 0) FROM fact").orElseThrow();
        return writer;
    }

    /** The same on the file's present connection. */
    IndexWriter moved() throws SQLException {
        IndexWriter writer = new IndexWriter(file, live);
        writer.last = last;
        writer.digest = digest;
        writer.at = at;
        writer.facts = facts;
        return writer;
    }

    private IndexWriter(IndexFile file, Map<FactKey, Row> live) throws SQLException {
        this.file = file;
        this.db = file.writer();
        this.live = live;
        version = db.prepare("INSERT INTO version VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        record = db.prepare("INSERT INTO record VALUES(?, ?)");
        fact = db.prepare("INSERT INTO fact VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        begin = db.prepare("INSERT INTO span VALUES(?, ?, NULL, ?, ?)");
        end = db.prepare("UPDATE span SET until = ? WHERE fact = ? AND since = ?");
        evaluation = db.prepare("INSERT INTO evaluation VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");
        applied = db.prepare("INSERT INTO outcome(fate, at, part, place, subject, relation, source, event, version)"
                + " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
        outcome = db.prepare("INSERT INTO outcome VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)");
        operation = db.prepare("INSERT INTO operation VALUES(NULL, ?, ?, ?)");
        tag = db.prepare("INSERT INTO tag VALUES(NULL, ?, ?, ?, ?)");
        spot = db.prepare("INSERT INTO spot VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET next = excluded.next");
    }

    /** Number of the newest version that is written. */
    long last() {
        return last;
    }

    /** @throws ErrataException VERSION_CHAIN_BROKEN for a version that does not follow the one before it */
    void write(List<Told> portion, Map<Spot, Long> next) throws SQLException {
        db.begin();
        for (Told told : portion) {
            if (told instanceof Told.OfVersion one) {
                add(one);
            } else if (told instanceof Told.OfEvaluation one) {
                db.add(evaluation, one.version(), one.record());
            } else if (told instanceof Told.OfOutcome one) {
                add(one.outcome(), Micros.of(one.at()));
            } else if (told instanceof Told.OfOperation one) {
                db.add(operation, one.operation().id(), one.operation().object(), one.record());
            } else if (told instanceof Told.OfTag one) {
                db.add(tag, one.tag().name(), one.tag().version(), one.tag().digest(), one.tag().movable() ? 1L : 0L);
            } else if (told instanceof Told.OfHead one) {
                file.meta("head", Long.toString(one.version()));
            }
        }
        for (Map.Entry<Spot, Long> place : next.entrySet()) {
            db.add(spot, place.getKey().topic().name(), (long) place.getKey().partition(), place.getValue());
        }
        flush();
        Db.flush(version, record, evaluation, applied, outcome, operation, tag, spot);
        db.commit();
    }

    /** In this order: a fact that is written and taken out within one portion has its row before it ends. */
    private void flush() throws SQLException {
        Db.flush(fact, begin, end);
    }

    private void add(Told.OfVersion told) throws SQLException {
        OfVersion next = told.version();
        boolean follows = next.number() == last + 1 && (last == 0 || next.predecessorDigest().equals(digest));
        require(follows, next, "predecessor " + next.predecessorDigest() + " after version " + last, (last + 1) + " of its digest");
        last = next.number();
        digest = next.digest();
        at = Math.max(at, Micros.of(next.committedAt()));
        Long first = facts + 1;
        OfChange change = next.change();
        Status kind = status(change.kind());
        boolean edited = kind == Status.EDITED;
        if (edited) {
            edit(told);
        } else if (kind == Status.ROLLED_BACK) {
            rollBack(next, change.to().orElse(-1L));
        }
        // After a rebase what is live stays so and was written where it was.
        db.add(version, last, kind.label(), at, Micros.of(next.committedAt()), next.intent(), digest, first,
                edited ? (Long) (long) change.in().size() : null, edited ? (Long) (long) change.out().size() : null,
                change.to().orElse(null), change.reason().orElse(null), next.held().map(OfHeld::code).orElse(null));
        db.add(record, last, told.record());
    }

    private void edit(Told.OfVersion told) throws SQLException {
        OfVersion next = told.version();
        Map<FactKey, Row> out = new HashMap<>();
        for (FactKey key : next.change().out()) {
            Row row = live.remove(key);
            require(row != null, next, "out: a fact that is not live", "a live fact");
            db.add(end, last, row.fact(), row.since());
            out.put(key, row);
        }
        for (Told.Written one : told.facts()) {
            OfFact written = one.fact();
            FactKey key = one.key();
            Row row = new Row(++facts, last);
            require(live.put(key, row) == null, next, "in: a fact that is live", "one that is new or has just gone out");
            Row replaced = out.get(key);
            db.add(fact, row.fact(), last, key.subject(), key.relation(), written.fact().object(), written.event().source(),
                    written.event().id(), Micros.of(written.revision().time()), written.previousObject().orElse(null),
                    replaced == null ? null : (Long) replaced.fact());
            db.add(begin, row.fact(), last, one.keyHash(), one.objectHash());
        }
    }

    /** The live facts are those of the earlier version again. A fact that was live then and is live now stays, whatever was between. */
    private void rollBack(OfVersion next, long to) throws SQLException {
        require(to >= 0 && to < last, next, "rollback to " + to, "0 to " + (last - 1));
        flush();
        List<Found> added = found("s.since > ? AND s.until IS NULL", to);
        List<Found> gone = found("s.since <= ? AND s.until > ?", to, to);
        Set<Long> before = added.stream().map(Found::fact).collect(Collectors.toSet());
        Set<Long> then = gone.stream().map(Found::fact).collect(Collectors.toSet());
        for (Found one : added) {
            if (!then.contains(one.fact())) {
                db.add(end, last, one.fact(), one.since());
                live.remove(one.key());
            }
        }
        for (Found one : gone) {
            if (!before.contains(one.fact())) {
                db.add(begin, one.fact(), last, hash.of(one.key()), one.object());
                live.put(one.key(), new Row(one.fact(), last));
            }
        }
    }

    private List<Found> found(String where, Object... values) {
        return db.list(
                row -> new Found(row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4), row.getString(5)),
                "SELECT s.fact, s.since, s.object, f.subject, f.relation FROM span s JOIN fact f ON f.id = s.fact WHERE " + where,
                values);
    }

    private void add(OfOutcome settled, Long time) throws SQLException {
        OfFate fate = settled.fate();
        if (fate.version().isPresent()) {
            // Nearly all of them: what such a one does not have is not bound.
            db.add(applied, status(fate.kind()).label(), time, (long) settled.position().partition(), settled.position().offset(),
                    settled.key().subject(), settled.key().relation(), settled.event().source(), settled.event().id(),
                    fate.version().get());
            return;
        }
        db.add(outcome, status(fate.kind()).label(), time, (long) settled.position().partition(), settled.position().offset(),
                settled.key().subject(), settled.key().relation(), settled.event().source(), settled.event().id(),
                fate.code().orElse(null), fate.message().orElse(null),
                fate.by().map(EventId::source).orElse(null), fate.by().map(EventId::id).orElse(null));
    }

    private static Status status(String kind) {
        return Status.known(kind).orElseThrow(
                () -> new ErrataException(Failure.RECORD_UNREADABLE, "kind: \"" + kind + "\" (expected: one that this version knows)"));
    }

    private static void require(boolean holds, OfVersion version, String found, String expected) {
        if (!holds) {
            throw new ErrataException(
                    Failure.VERSION_CHAIN_BROKEN, "version " + version.number() + ": " + found + " (expected: " + expected + ")");
        }
    }
}
