package dev.errata.audit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.RecordKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All that the readings of one audit share: the log, what was found, and the rows that wait to be joined.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class Evidence implements AutoCloseable {
    /** Of topics of ordinary size: the broker's default, 1 MiB, and what a batch of records adds. */
    private static final int ORDINARY_BYTES = 1_048_588;

    final LogSource source;
    final ModelLine line;
    final AuditRules rules;
    final Snapshot snapshot;
    final Findings findings = new Findings();
    final Fingerprints fingerprints = new Fingerprints();
    final VersionTable versions = new VersionTable();
    /** Intents that rebase. */
    final Set<Fingerprint> rebases = new HashSet<>();
    final RowSorter rows;
    private final byte[] key;
    private final Map<String, Long> records = new TreeMap<>();
    private final Map<String, Long> open = new TreeMap<>();
    private boolean shared;

    Evidence(LogSource source, ModelLine line, AuditRules rules) {
        this.source = source;
        this.line = line;
        this.rules = rules;
        this.snapshot = new Snapshot(source, rules.atRest());
        this.key = RecordKey.of(line.model());
        this.rows = new RowSorter(rules.rowsInMemory());
    }

    /** Hears one record. */
    interface Visitor {
        /** @throws ErrataException RECORD_UNREADABLE where it is not what Errata writes; that is a finding */
        void record(Place place, RawRecord record);
    }

    /** Reads what belongs to the line; a record that cannot be read is a finding. */
    void each(Topic topic, Predicate<RawRecord> ours, Visitor visitor) {
        try (LogSource.Cursor cursor = source.read(topic)) {
            for (Optional<RawRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                if (ours.test(next.get())) {
                    hear(Place.of(topic, next.get().position()), next.get(), visitor);
                } else {
                    shared = true;
                }
            }
        }
    }

    private void hear(Place place, RawRecord record, Visitor visitor) {
        count(place, record);
        try {
            visitor.record(place, record);
        } catch (ErrataException e) {
            if (e.failure() != Failure.RECORD_UNREADABLE) {
                throw e;
            }
            findings.add(Invariant.ANSWERS, place, "cannot be read: " + e.getMessage());
        }
    }

    /** Counts a record and checks its size, unless others write to the topic as they like. */
    void count(Place place, RawRecord record) {
        records.merge(place.topic().suffix(), 1L, Long::sum);
        boolean foreign = place.topic() == Topic.FACTS || place.topic() == Topic.DEAD_LETTERS;
        int limit = place.topic().size() == Topic.Size.LARGE ? Topic.LARGE_BYTES : ORDINARY_BYTES;
        findings.require(
                foreign || record.bytes() <= limit, Invariant.LIMITS, place, "record of " + record.bytes() + " bytes", "at most " + limit);
    }

    /** Keyed by the model alone. */
    boolean ofLine(RawRecord record) {
        return Arrays.equals(record.key(), key);
    }

    /** Keyed by the model and something else. */
    boolean ofPart(RawRecord record) {
        return RecordKey.isOf(record.key(), line.model());
    }

    /** Whether other lines write to these topics too. */
    boolean shared() {
        return shared;
    }

    /** Something is not there: a violation where it must be, open work where it may still come. */
    void missing(boolean due, String kind, Invariant invariant, Place place, String words) {
        if (due) {
            findings.add(invariant, place, words);
        } else {
            open.merge(kind, 1L, Long::sum);
        }
    }

    /** A header that is a number, or -1. */
    static long number(RawRecord record, String name) {
        return record.header(name).map(Evidence::number).orElse(-1L);
    }

    /** The text as a number of at most 18 digits; -1 where it is none. */
    static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    Map<String, Long> records() {
        return records;
    }

    Map<String, Long> open() {
        return open;
    }

    @Override
    public void close() {
        rows.close();
    }
}
