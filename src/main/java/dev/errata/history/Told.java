package dev.errata.history;

import dev.errata.delta.Tag;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogTail.Entry;
import dev.errata.stream.Operation;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.Outlines;
import dev.errata.stream.event.RecordKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a record of the log says to the index. */
sealed interface Told {
    /** The topics that say something. */
    Set<Topic> TOPICS = Set.of(Topic.VERSIONS, Topic.EVALUATIONS, Topic.OUTCOMES, Topic.AUDIT, Topic.TAGS, Topic.HEAD);

    /** @param record as it was written */
    /** @param facts that it wrote */
    record OfVersion(Outlines.OfVersion version, List<Written> facts, byte[] record) implements Told {
        static OfVersion of(Outlines.OfVersion version, byte[] record) {
            TextHash hash = new TextHash();
            List<Written> facts = version.change().in().stream().map(fact -> {
                FactKey key = fact.key();
                return new Written(fact, key, hash.of(key), hash.of(fact.fact().object()));
            }).toList();
            return new OfVersion(version, facts, record);
        }
    }

    /** A fact that was written, and what the index needs to compute of it, while another thread writes. */
    record Written(Outlines.OfFact fact, FactKey key, long keyHash, long objectHash) {}

    record OfEvaluation(long version, byte[] record) implements Told {}

    record OfOutcome(Outlines.OfOutcome outcome, Instant at) implements Told {}

    record OfOperation(Operation operation, byte[] record) implements Told {}

    record OfTag(Tag tag) implements Told {}

    record OfHead(long version) implements Told {}

    /** Reads of most no more than the index needs, without the schemas: it is a view. Empty for another line's record. */
    static Optional<Told> of(Entry entry, String model) {
        RawRecord record = entry.record();
        boolean ours = entry.topic() == Topic.OUTCOMES
                ? RecordKey.isOf(record.key(), model)
                : Arrays.equals(record.key(), RecordKey.of(model));
        try {
            return ours ? Optional.of(read(entry.topic(), record)) : Optional.empty();
        } catch (ErrataException e) {
            throw new ErrataException(e.failure(), entry.topic().suffix() + " " + record.position() + ": " + e.getMessage(), e);
        }
    }

    private static Told read(Topic topic, RawRecord record) {
        byte[] value = record.value();
        return switch (topic) {
            case VERSIONS -> OfVersion.of(Outlines.VERSION.view(value), value);
            case EVALUATIONS -> new OfEvaluation(number(record), value);
            case OUTCOMES -> new OfOutcome(Outlines.OUTCOME.view(value), time(record));
            case AUDIT -> new OfOperation(EventCodec.OPERATION.decode(value), value);
            case TAGS -> new OfTag(EventCodec.TAG.decode(value));
            case HEAD -> new OfHead(EventCodec.HEAD.decode(value).version());
            default -> throw new IllegalArgumentException("topic: " + topic + " (expected: one of " + TOPICS + ")");
        };
    }

    /** What the event is about: of an evaluation the version, so that the evaluation itself is read only by who asks for it. */
    private static long number(RawRecord record) {
        String text = header(record, "ce_subject");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ErrataException(Failure.RECORD_UNREADABLE, "ce_subject: \"" + text + "\" (expected: a number)", e);
        }
    }

    private static Instant time(RawRecord record) {
        String text = header(record, "ce_time");
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ErrataException(Failure.RECORD_UNREADABLE, "ce_time: \"" + text + "\" (expected: an instant)", e);
        }
    }

    /** The last header of that name; empty text where there is none. */
    private static String header(RawRecord record, String name) {
        String text = "";
        for (RawRecord.Header header : record.headers()) {
            if (header.name().equals(name) && header.value() != null) {
                text = new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}
