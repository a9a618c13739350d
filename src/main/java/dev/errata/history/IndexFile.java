package dev.errata.history;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogTail.Spot;
import dev.errata.stream.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/**
 * The index as a SQLite file.
 *
 * <p>It is <em>loading</em> until everything that was in the log has been written once: without a journal, without the indexes that only
 * questions need, and thrown away when the process ends before. From then on it is <em>complete</em>: what a portion of the log says and
 * the place where the next one begins are written in one transaction. {@link #seal} makes it outlive the process.
 *
 * <h2>Limits</h2> Damage is found at opening where it is in the structure ({@code PRAGMA quick_check}), else when a question meets it; a
 * value that was changed in place by another hand is not.
 * <h2>Thread safety</h2> {@link #writer} is for one thread at a time; {@link #borrow} and {@link #giveBack} are safe.
 */
final class IndexFile implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(IndexFile.class);
    /** Another one for every change of the tables or of what stands in them. */
    private static final String FORMAT = "3";

    private static final String[] TABLES = {
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
        "CREATE TABLE spot(topic TEXT, part INTEGER, next INTEGER, PRIMARY KEY(topic, part)) WITHOUT ROWID",
        // at: when it was committed, but never before the version before it; facts first to first + written - 1 are its own.
        "CREATE TABLE version(number INTEGER PRIMARY KEY, kind TEXT, at INTEGER, committed INTEGER, intent TEXT, digest TEXT,"
                + " first INTEGER, written INTEGER, removed INTEGER, back INTEGER, reason TEXT, held TEXT)",
        "CREATE TABLE record(number INTEGER PRIMARY KEY, value BLOB)",
        "CREATE TABLE evaluation(number INTEGER PRIMARY KEY, value BLOB)",
        "CREATE TABLE operation(id INTEGER PRIMARY KEY, name TEXT, object TEXT, value BLOB)",
        "CREATE TABLE tag(id INTEGER PRIMARY KEY, name TEXT, version INTEGER, digest TEXT, movable INTEGER)",
        // replaced: the fact that was live under the key before, and that this one was written instead of.
        "CREATE TABLE fact(id INTEGER PRIMARY KEY, version INTEGER, subject TEXT, relation TEXT, object TEXT, source TEXT, event TEXT,"
                + " said INTEGER, stated TEXT, replaced INTEGER)",
        // A fact is live in versions since to until - 1; until is null while it is. Rollbacks give a fact several.
        // key, object: their TextHash.
        "CREATE TABLE span(fact INTEGER, since INTEGER, until INTEGER, key INTEGER, object INTEGER,"
                + " PRIMARY KEY(fact, since)) WITHOUT ROWID",
        "CREATE INDEX span_since ON span(since)",
        "CREATE INDEX span_until ON span(until) WHERE until IS NOT NULL",
        "CREATE TABLE outcome(id INTEGER PRIMARY KEY, fate TEXT, at INTEGER, part INTEGER, place INTEGER, subject TEXT, relation TEXT,"
                + " source TEXT, event TEXT, version INTEGER, code TEXT, message TEXT, by_source TEXT, by_event TEXT)"
    };

    private static final String[] INDEXES = {
        "CREATE INDEX fact_key ON fact(subject, relation, version)",
        "CREATE INDEX outcome_key ON outcome(subject, relation, version)",
        "CREATE INDEX outcome_fate ON outcome(fate, at, part, place)",
        "CREATE INDEX version_intent ON version(intent)",
        "CREATE INDEX operation_name ON operation(name)",
        "CREATE INDEX operation_object ON operation(object)",
        "PRAGMA analysis_limit = 1000",
        "ANALYZE"
    };

    private static final String[] LOADING = {
        "PRAGMA page_size = 16384", "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -65536"
    };
    private static final String[] COMPLETE = {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"};
    private static final String[] READING = {"PRAGMA query_only = TRUE", "PRAGMA cache_size = -16384"};

    private final Path file;
    private final ConcurrentLinkedQueue<Db> readers = new ConcurrentLinkedQueue<>();
    private Db writer;
    private boolean complete;
    private boolean sealed;
    private volatile boolean closed;

    private IndexFile(Path file, Db writer, boolean complete) {
        this.file = file;
        this.writer = writer;
        this.complete = complete;
        this.sealed = complete;
    }

    /**
     * The index of that identity as it was left, or a new one: when there is none, when it was not complete, is of another log or format,
     * or is damaged.
     */
    static IndexFile open(Path file, String identity) {
        if (Files.exists(file)) {
            Db db = null;
            try {
                db = new Db(file);
                String found = unusable(db, identity);
                if (found.isEmpty()) {
                    db.run(COMPLETE);
                    return new IndexFile(file, db, true);
                }
                LOG.infof("the index of the history is made anew: %s", found);
            } catch (Db.Damaged e) {
                LOG.warnf("the index of the history is damaged and made anew: %s", e.getCause().getMessage());
            }
            if (db != null) {
                db.close();
            }
        }
        return create(file, identity);
    }

    private static String unusable(Db db, String identity) {
        Map<String, String> meta = new HashMap<>();
        db.list(row -> meta.put(row.getString(1), row.getString(2)), "SELECT name, value FROM meta");
        if (!FORMAT.equals(meta.get("format"))) {
            return "format: " + meta.get("format") + " (expected: " + FORMAT + ")";
        }
        if (!identity.equals(meta.get("identity"))) {
            return "it is of another log";
        }
        if (!meta.containsKey("complete")) {
            return "it was not finished";
        }
        String check = db.first(row -> row.getString(1), "PRAGMA quick_check(1)").orElse("no answer");
        return check.equals("ok") ? "" : "it is damaged: " + check;
    }

    private static IndexFile create(Path file, String identity) {
        delete(file);
        Db db = new Db(file);
        db.run(LOADING);
        db.run(TABLES);
        IndexFile made = new IndexFile(file, db, false);
        made.meta("format", FORMAT);
        made.meta("identity", identity);
        return made;
    }

    /** With what SQLite keeps beside it. */
    private static void delete(Path file) {
        try {
            for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
            }
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, "index of the history: " + e, e);
        }
    }

    boolean complete() {
        return complete;
    }

    Db writer() {
        return writer;
    }

    void meta(String name, String value) {
        String sql = "INSERT INTO meta VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value RETURNING name";
        writer.list(row -> value, sql, name, value);
    }

    /** Where each partition goes on. */
    Map<Spot, Long> spots() {
        Map<Spot, Long> spots = new HashMap<>();
        writer.list(
                row -> spots.put(new Spot(Topic.valueOf(row.getString(1)), row.getInt(2)), row.getLong(3)),
                "SELECT topic, part, next FROM spot");
        return spots;
    }

    /** All that was in the log is written: questions may come. */
    void finish() {
        writer.run(INDEXES);
        writer.commit();
        writer.close();
        writer = new Db(file);
        writer.run(COMPLETE);
        complete = true;
    }

    /**
     * Makes the file last, once it was finished: what was written without a journal reaches the disk before that is said.
     *
     * @return whether it does; a question that is being asked can be in the way
     */
    boolean seal() {
        if (!sealed) {
            // SQLite forces the file to the disk after a checkpoint, for which there must be something in the write-ahead log.
            meta("finished", "yes");
            writer.commit();
            boolean busy = writer.first(row -> row.getInt(1) != 0, "PRAGMA wal_checkpoint(FULL)").orElse(true);
            if (!busy) {
                meta("complete", "yes");
                sealed = true;
            }
            writer.commit();
        }
        return sealed;
    }

    Db borrow() {
        Db reader = readers.poll();
        if (reader == null) {
            reader = new Db(file);
            reader.run(READING);
            reader.begin();
        }
        return reader;
    }

    /** Also one that has met an error, which is closed. */
    void giveBack(Db reader, boolean sound) {
        if (sound) {
            reader.commit();
        }
        if (sound && !closed) {
            readers.add(reader);
        } else {
            reader.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        writer.close();
        for (Db reader = readers.poll(); reader != null; reader = readers.poll()) {
            reader.close();
        }
    }
}
