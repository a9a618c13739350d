package dev.errata.audit;

import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.stream.LogSource;
import dev.errata.stream.LogSource.Part;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.RecordKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
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
    final AuditProgress progress;
    final Snapshot snapshot;
    final Findings findings = new Findings();
    final Fingerprints fingerprints = new Fingerprints();
    final VersionTable versions = new VersionTable();
    final RowSorter byEvent;
    final RowSorter byKey;
    final RowSorter byPosition;
    final Set<String> lines = new HashSet<>();
    final List<String> notes = new ArrayList<>();
    private final byte[] key;
    private final Map<Topic, Long> records = new EnumMap<>(Topic.class);
    private final Map<String, Long> open = new TreeMap<>();

    Evidence(LogSource source, ModelLine line, AuditRules rules, AuditProgress progress) {
        this.source = source;
        this.line = line;
        this.rules = rules;
        this.progress = progress;
        this.snapshot = new Snapshot(source, rules.atRest());
        this.key = RecordKey.of(line.model());
        this.byEvent = new RowSorter(rules.rowsInMemory());
        this.byKey = new RowSorter(rules.rowsInMemory());
        this.byPosition = new RowSorter(rules.rowsInMemory());
    }

    /** Hears one record. */
    interface Visitor {
        /** @throws ErrataException where it is not what Errata writes; that is a finding */
        void record(Place place, RawRecord record);
    }

    /** Reads what belongs to the line; a record that cannot be read is a finding. */
    void each(Topic topic, Predicate<RawRecord> ours, Visitor visitor) {
        for (Part part : snapshot.parts(topic)) {
            Optional<RawRecord> next;
            try (LogSource.Cursor cursor = source.read(topic, part.partition(), part.begin())) {
                for (next = cursor.next(); next.isPresent(); next = cursor.next()) {
                    if (ours.test(next.get())) {
                        hear(Place.of(topic, next.get().position()), next.get(), visitor);
                    }
                }
            }
        }
    }

    void hear(Place place, RawRecord record, Visitor visitor) {
        count(place.topic());
        limit(place, record);
        try {
            visitor.record(place, record);
        } catch (ErrataException e) {
            findings.add(Invariant.ANSWERS, place, "cannot be read: " + e.getMessage());
        }
    }

    private void count(Topic topic) {
        long count = records.merge(topic, 1L, Long::sum);
        progress.read(topic, count);
    }

    private void limit(Place place, RawRecord record) {
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

    /** Something is not there: a violation where it must be, open work where it may still come. */
    void missing(boolean due, String kind, Invariant invariant, Place place, String words) {
        if (due) {
            findings.add(invariant, place, words);
        } else {
            open.merge(kind, 1L, Long::sum);
        }
    }

    /** What stands for a record in the join by position. */
    static Fingerprint at(Topic topic, Position position) {
        return new Fingerprint(((long) topic.ordinal() << Integer.SIZE) | position.partition(), position.offset());
    }

    Map<String, Long> records() {
        Map<String, Long> bySuffix = new TreeMap<>();
        records.forEach((topic, count) -> bySuffix.put(topic.suffix(), count));
        return bySuffix;
    }

    Map<String, Long> open() {
        return open;
    }

    @Override
    public void close() {
        try (byEvent;
                byKey;
                byPosition) {
            progress.done();
        }
    }
}
