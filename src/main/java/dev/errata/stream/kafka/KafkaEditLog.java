package dev.errata.stream.kafka;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.stream.Commit;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventType;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.IntentCodec;
import dev.errata.stream.event.RecordKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * {@link EditLog} on Kafka.
 *
 * <p>Which intents are done is the committed offset of the line's consumer group. A broker forgets such offsets when nothing is
 * committed for long (a week, by default), so every version also says which intent it came from; the greater of the two counts. Only
 * intents after the last version that were rejected whole could then be carried out twice.
 */
public final class KafkaEditLog implements EditLog {
    static final String ROLE = "worker";

    private final ClientFactory clients;
    private final ModelLine line;
    private final Clock clock;
    private final CommitWriter writer;
    private final Opened opened = new Opened();
    private final Transactions transactions;
    private final LogReader intents;
    private final Offsets offsets;
    private ChainLink link;
    private RawRecord inHand;

    /** Becomes the line's only editor; waits until nothing that another one began can still be committed. */
    public static KafkaEditLog open(KafkaSettings settings, ModelLine line, Clock clock) {
        return open(ClientFactory.of(settings), line, clock);
    }

    /** The same with clients from elsewhere. */
    public static KafkaEditLog open(ClientFactory clients, ModelLine line, Clock clock) {
        return new KafkaEditLog(new Transactions(clients.transactional(line.role(ROLE))), clients, line, clock);
    }

    KafkaEditLog(Transactions transactions, ClientFactory clients, ModelLine line, Clock clock) {
        byte[] key = RecordKey.of(line.model());
        this.clients = clients;
        this.line = line;
        this.clock = clock;
        this.writer = new CommitWriter(line, clock);
        this.transactions = opened.add(transactions);
        try {
            this.offsets = opened.add(clients.offsets());
            this.intents = opened.add(new LogReader(clients, line.topic(Topic.BATCHES), record -> Records.hasKey(record, key)));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public void replay(Visitor visitor) {
        try (VersionReader versions = new VersionReader(clients, line, offsets);
                PayloadReader deltas = new PayloadReader(clients, line, EventType.DELTA_CHUNK, offsets);
                PayloadReader pairs = new PayloadReader(clients, line, EventType.PAIRS_CHUNK, offsets)) {
            Map<TopicPartition, Long> end = versions.end();
            for (Optional<Version> next = versions.next(end); next.isPresent(); next = versions.next(end)) {
                Version version = next.get();
                byte[] delta = {};
                byte[] pair = {};
                if (version.change() instanceof Edited edited) {
                    delta = deltas.read(version.number(), edited.delta());
                    pair = pairs.read(version.number(), edited.pairs());
                }
                visitor.version(version, delta, pair);
            }
            link = versions.link();
            long committed = offsets.committed(line.role(ROLE)).getOrDefault(partition(), 0L);
            intents.seek(Math.max(committed, versions.intentOffset() + 1));
        }
    }

    @Override
    public Optional<Intent> next(Duration wait) {
        if (link == null || inHand != null) {
            throw new IllegalStateException("next (expected: after replay, and after a commit of the intent before)");
        }
        Optional<ConsumerRecord<byte[], byte[]>> record = intents.next(wait);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        RawRecord raw = Records.raw(record.get());
        try {
            Intent intent = IntentCodec.read(raw);
            inHand = raw;
            return Optional.of(intent);
        } catch (RuntimeException e) {
            bury(raw, e);
            return Optional.empty();
        }
    }

    /** A broken intent becomes a dead letter, in one transaction with its position. */
    private void bury(RawRecord raw, RuntimeException reason) {
        transactions.commit(out -> {
            String message = String.valueOf(reason.getMessage());
            out.send(DeadLetters.of(line, Topic.BATCHES, raw, KafkaFailures.code(reason), message, clock.instant()));
            consumed(out, raw);
        });
    }

    @Override
    public long waiting() {
        return intents.waiting();
    }

    @Override
    public void commit(Commit commit) {
        if (inHand == null) {
            throw new IllegalStateException("commit (expected: once for each intent that next gave)");
        }
        commit.version().ifPresent(link::follow);
        transactions.commit(out -> {
            writer.write(out, commit, inHand.position().offset());
            consumed(out, inHand);
        });
        inHand = null;
    }

    private void consumed(Transactions.Outbox out, RawRecord raw) {
        out.consumed(line.role(ROLE), Map.of(partition(), new OffsetAndMetadata(raw.position().offset() + 1)));
    }

    private TopicPartition partition() {
        return intents.partitions().get(0);
    }

    /** In a transaction of its own, so that an editor that was fenced cannot announce an older version after a newer one. */
    @Override
    public void announce(Head head) {
        transactions.commit(out ->
                out.send(Records.of(line.topic(Topic.HEAD), RecordKey.of(line.model()), Events.of(line, head))));
    }

    @Override
    public void close() {
        opened.close();
    }
}
