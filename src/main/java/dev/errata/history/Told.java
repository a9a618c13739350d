package dev.errata.history;

import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.fact.Outcome;
import dev.errata.stream.LogTail.Entry;
import dev.errata.stream.Operation;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.RecordKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What a record of the log says to the index. */
sealed interface Told {
    /** The topics that say something. */
    Set<Topic> TOPICS = Set.of(Topic.VERSIONS, Topic.EVALUATIONS, Topic.OUTCOMES, Topic.AUDIT, Topic.TAGS, Topic.HEAD);

    /** @param record as it was written */
    record OfVersion(Version version, byte[] record) implements Told {}

    record OfEvaluation(long version, byte[] record) implements Told {}

    record OfOutcome(Outcome outcome, Instant at) implements Told {}

    record OfOperation(Operation operation, byte[] record) implements Told {}

    record OfTag(Tag tag) implements Told {}

    record OfHead(long version) implements Told {}

    /** Reads without the schemas: the index is a view, and the auditor checks. Empty for another line's record. */
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
            case VERSIONS -> new OfVersion(EventCodec.VERSION.view(value), value);
            case EVALUATIONS -> new OfEvaluation(EventCodec.EVALUATION.view(value).version(), value);
            case OUTCOMES -> new OfOutcome(EventCodec.OUTCOME.view(value), time(record));
            case AUDIT -> new OfOperation(EventCodec.OPERATION.view(value), value);
            case TAGS -> new OfTag(EventCodec.TAG.view(value));
            case HEAD -> new OfHead(EventCodec.HEAD.view(value).version());
            default -> throw new IllegalArgumentException("topic: " + topic + " (expected: one of " + TOPICS + ")");
        };
    }

    private static Instant time(RawRecord record) {
        String text = record.headers().stream()
                .filter(header -> header.name().equals("ce_time") && header.value() != null)
                .reduce((one, last) -> last)
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .orElse("");
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ErrataException(Failure.RECORD_UNREADABLE, "ce_time: \"" + text + "\" (expected: an instant)", e);
        }
    }
}
