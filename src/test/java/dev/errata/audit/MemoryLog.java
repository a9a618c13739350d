package dev.errata.audit;

import dev.errata.fact.Position;
import dev.errata.stream.LogSource;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A copy of a log, in which anything can be changed. Immutable; the cursors are not. */
public final class MemoryLog implements LogSource {
    private static final long END = 10_000_000;

    private final Map<Topic, List<RawRecord>> records;
    private final Map<Topic, Map<Integer, Long>> consumed;

    private MemoryLog(Map<Topic, List<RawRecord>> records, Map<Topic, Map<Integer, Long>> consumed) {
        this.records = records;
        this.consumed = consumed;
    }

    public static MemoryLog copy(LogSource source) {
        Map<Topic, List<RawRecord>> records = new EnumMap<>(Topic.class);
        for (Topic topic : Topic.values()) {
            List<RawRecord> all = new ArrayList<>();
            try (Cursor cursor = source.read(topic)) {
                for (Optional<RawRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                    all.add(next.get());
                }
            }
            records.put(topic, all);
        }
        return new MemoryLog(
                records, Map.of(Topic.FACTS, source.consumed(Topic.FACTS), Topic.BATCHES, source.consumed(Topic.BATCHES)));
    }

    public List<RawRecord> of(Topic topic) {
        return Collections.unmodifiableList(records.get(topic));
    }

    /** The same with other records of this topic. */
    MemoryLog with(Topic topic, UnaryOperator<List<RawRecord>> change) {
        Map<Topic, List<RawRecord>> changed = new EnumMap<>(records);
        changed.put(topic, change.apply(new ArrayList<>(records.get(topic))));
        return new MemoryLog(changed, consumed);
    }

    /** The same with these offsets of the accumulator's group. */
    MemoryLog consumed(Map<Integer, Long> facts) {
        Map<Topic, Map<Integer, Long>> changed = new HashMap<>(consumed);
        changed.put(Topic.FACTS, facts);
        return new MemoryLog(records, changed);
    }

    /** A record with another value at the same place. */
    static RawRecord valued(RawRecord record, byte[] value) {
        return new RawRecord(record.position(), record.time(), record.key(), value, record.headers());
    }

    /** A fact that names another line. */
    static RawRecord ofAnotherLine(RawRecord record) {
        return withHeader(record, "ce_errataline", "another");
    }

    static RawRecord withHeader(RawRecord record, String name, String value) {
        List<RawRecord.Header> headers = new ArrayList<>(record.headers());
        headers.add(new RawRecord.Header(name, value.getBytes(StandardCharsets.UTF_8)));
        return new RawRecord(record.position(), record.time(), record.key(), record.value(), headers);
    }

    /** A record at another place. */
    static RawRecord moved(RawRecord record, long offset) {
        Position position = new Position(record.position().partition(), offset);
        return new RawRecord(position, record.time(), record.key(), record.value(), record.headers());
    }

    @Override
    public List<Part> parts(Topic topic) {
        return List.of(new Part(0, 0, END), new Part(1, 0, END));
    }

    @Override
    public Map<Integer, Long> consumed(Topic topic) {
        return consumed.get(topic);
    }

    @Override
    public Cursor read(Topic topic) {
        return cursor(records.get(topic));
    }

    @Override
    public Cursor read(Topic topic, long from) {
        return cursor(records.get(topic).stream().filter(record -> record.position().offset() >= from).toList());
    }

    private static Cursor cursor(List<RawRecord> all) {
        Iterator<RawRecord> iterator = all.iterator();
        return new Cursor() {
            @Override
            public Optional<RawRecord> next() {
                return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
