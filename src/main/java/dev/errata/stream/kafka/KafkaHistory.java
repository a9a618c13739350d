package dev.errata.stream.kafka;

import dev.errata.batch.Intent;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.Head;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.RawRecord;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.IntentCodec;
import dev.errata.stream.event.RecordKey;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the topics say about a line, for the faces. Each method opens a reader that its caller closes.
 *
 * <h2>Thread safety</h2> Immutable; the readers are for one thread each.
 */
public final class KafkaHistory {
    private final ClientFactory clients;
    private final ModelLine line;

    public KafkaHistory(KafkaSettings settings, ModelLine line) {
        this(ClientFactory.of(settings), line);
    }

    public KafkaHistory(ClientFactory clients, ModelLine line) {
        this.clients = clients;
        this.line = line;
    }

    /** What lies on the facts topic, as it was put there, of every line that shares the topics; what has expired is gone. */
    public TopicReader<RawRecord> facts() {
        return reader(Topic.FACTS, record -> true, Records::raw);
    }

    public TopicReader<Version> versions() {
        return reader(Topic.VERSIONS, ofLine(), record -> EventCodec.VERSION.decode(record.value()));
    }

    /** Sealed batches and rollback requests, whether they became versions or not; without broken ones, which are dead letters. */
    public TopicReader<Intent> intents() {
        return new TopicReader<>(clients, line.topic(Topic.BATCHES), ofLine(), KafkaHistory::intent);
    }

    private static Optional<Intent> intent(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(IntentCodec.read(Records.raw(record)));
        } catch (ErrataException e) {
            return Optional.empty();
        }
    }

    /** What could not be read, of every line that shares the topics: code, reason and the topic's record as received. */
    public TopicReader<DeadLetter> deadLetters() {
        return reader(Topic.DEAD_LETTERS, record -> true, KafkaHistory::letter);
    }

    static DeadLetter letter(ConsumerRecord<byte[], byte[]> record) {
        return new DeadLetter(
                Records.header(record, DeadLetters.CODE), Records.header(record, DeadLetters.REASON), Records.raw(record));
    }

    public TopicReader<Evaluation> evaluations() {
        return reader(Topic.EVALUATIONS, ofLine(), record -> EventCodec.EVALUATION.decode(record.value()));
    }

    /** Announcements; the last one is the head. Compaction may have left only that. */
    public TopicReader<Head> heads() {
        return reader(Topic.HEAD, ofLine(), record -> EventCodec.HEAD.decode(record.value()));
    }

    /** Names of versions; {@link dev.errata.delta.Tags} says what they stand for. */
    public TopicReader<Tag> tags() {
        return reader(Topic.TAGS, ofLine(), record -> EventCodec.TAG.decode(record.value()));
    }

    /** What operators did. */
    public TopicReader<Operation> operations() {
        return reader(Topic.AUDIT, ofLine(), record -> EventCodec.OPERATION.decode(record.value()));
    }

    public TopicReader<SettledOutcome> outcomes() {
        return reader(Topic.OUTCOMES, ofPart(), record ->
                new SettledOutcome(EventCodec.OUTCOME.decode(record.value()), Records.time(record)));
    }

    /** Changes of the ledger; the last one of each fact key counts. */
    public TopicReader<LedgerChange> ledger() {
        return reader(Topic.LEDGER, ofPart(), record -> record.value() == null
                ? new LedgerChange.Removed(RecordKey.factKey(record.key()))
                : EventCodec.LEDGER.decode(record.value()));
    }

    /** The fact that is live under a key by now, as the ledger says; it is read from its beginning. */
    public Optional<LiveFact> live(FactKey fact) {
        byte[] key = RecordKey.of(line.model(), fact);
        LiveFact live = null;
        try (TopicReader<ConsumerRecord<byte[], byte[]>> ledger =
                reader(Topic.LEDGER, record -> Records.hasKey(record, key), record -> record)) {
            // All of a key's records lie in one partition, in their order.
            for (ConsumerRecord<byte[], byte[]> record : ledger.catchUp()) {
                live = record.value() == null ? null : EventCodec.LEDGER.decode(record.value()).fact();
            }
        }
        return Optional.ofNullable(live);
    }

    private Predicate<ConsumerRecord<byte[], byte[]>> ofLine() {
        byte[] key = RecordKey.of(line.model());
        return record -> Records.hasKey(record, key);
    }

    private Predicate<ConsumerRecord<byte[], byte[]>> ofPart() {
        return record -> RecordKey.isOf(record.key(), line.model());
    }

    private <T> TopicReader<T> reader(
            Topic topic, Predicate<ConsumerRecord<byte[], byte[]>> ours, Function<ConsumerRecord<byte[], byte[]>, T> decoder) {
        return new TopicReader<>(clients, line.topic(topic), ours, record -> Optional.of(decoder.apply(record)));
    }
}
