package dev.errata.stream.kafka;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.stream.Commit;
import dev.errata.stream.Decision;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operation.Action;
import dev.errata.stream.Operation.Result;
import dev.errata.stream.Operator;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.EventType;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.IntentCodec;
import dev.errata.stream.event.RecordKey;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
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
 *
 * <p>An operator's pause is the newest of its kind in the audit: read to the end when the log is opened, and a look at what is new before
 * each intent. It holds all of the line, whoever asked and whichever process edits.
 */
public final class KafkaEditLog implements EditLog {
    /** Names the consumer group and the transactional id, after the line. */
    static final String ROLE = "worker";
    private static final long NO_INTENT = -1;

    private final ClientFactory clients;
    private final ModelLine line;
    private final Clock clock;
    private final CommitWriter writer;
    private final Opened opened = new Opened();
    private final Transactions transactions;
    private final LogReader intents;
    private final LogReader audit;
    private final Offsets offsets;
    private final Map<Long, Decision> decisions = new HashMap<>();
    private ChainLink link;
    private OffsetAndMetadata committed;
    private RawRecord inHand;
    private Intent asked;
    private long lastIntent = -1;
    private boolean paused;
    private int attempts;

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
            this.audit = opened.add(new LogReader(clients, line.topic(Topic.AUDIT), record -> Records.hasKey(record, key)));
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
                if (version.change() instanceof Solved solved) {
                    delta = deltas.read(version.number(), solved.delta());
                    pair = pairs.read(version.number(), solved.pairs());
                }
                visitor.version(version, delta, pair);
            }
            link = versions.link();
            committed = offsets.marks(line.role(ROLE)).getOrDefault(partition(), new OffsetAndMetadata(0));
            lastIntent = versions.intentOffset();
            intents.seek(Math.max(committed.offset(), lastIntent + 1));
        }
        Map<TopicPartition, Long> told = offsets.ends(audit.partitions());
        for (var next = audit.nextBefore(told); next.isPresent(); next = audit.nextBefore(told)) {
            hear(next.get());
        }
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        Operation operation = EventCodec.OPERATION.decode(record.value());
        paused = operation.paused(paused);
        operation.decision().ifPresent(decision -> decisions.putIfAbsent(decision.version(), decision));
    }

    @Override
    public Optional<Decision> decision(long version, Duration wait) {
        if (!decisions.containsKey(version)) {
            audit.next(wait).ifPresent(this::hear);
        }
        return Optional.ofNullable(decisions.get(version));
    }

    /** Hears what operators have said since; while they hold the line, waits for the next word. */
    private boolean held(Duration wait) {
        hearAll(Duration.ZERO);
        if (paused) {
            hearAll(wait);
        }
        return paused;
    }

    /** All that is there, so that no word comes late behind others; waits only for the first. */
    private void hearAll(Duration wait) {
        for (var next = audit.next(wait); next.isPresent(); next = audit.next(Duration.ZERO)) {
            hear(next.get());
        }
    }

    @Override
    public Optional<Intent> next(Duration wait) {
        if (link == null || inHand != null) {
            throw new IllegalStateException("next (expected: after replay, and after a commit of the intent before)");
        }
        Optional<ConsumerRecord<byte[], byte[]>> record = held(wait) ? Optional.empty() : intents.next(wait);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        RawRecord raw = Records.raw(record.get());
        Intent intent;
        try {
            intent = IntentCodec.read(raw);
        } catch (RuntimeException e) {
            bury(raw, e);
            return Optional.empty();
        }
        attempts = attempts == 0 ? attempt(raw) : 1;
        inHand = raw;
        asked = intent;
        return Optional.of(intent);
    }

    /**
     * Says in the log that the first intent since the opening is in hand: its own offset is committed, with the number in the metadata.
     * That costs a transaction for each opening and none for each intent.
     */
    private int attempt(RawRecord raw) {
        int attempt = committed.offset() == raw.position().offset() ? Attempts.of(committed.metadata()) + 1 : 1;
        count(raw, attempt);
        return attempt;
    }

    private void count(RawRecord raw, int attempt) {
        OffsetAndMetadata mark = new OffsetAndMetadata(raw.position().offset(), Attempts.metadata(attempt));
        transactions.commit(out -> out.consumed(line.role(ROLE), Map.of(partition(), mark)));
    }

    @Override
    public void excuse() {
        count(inHand, 0);
    }

    @Override
    public int attempts() {
        return attempts;
    }

    /** A broken intent becomes a dead letter, in one transaction with its position. */
    private void bury(RawRecord raw, RuntimeException reason) {
        transactions.commit(out -> {
            String message = String.valueOf(reason.getMessage());
            out.send(DeadLetters.of(line, Topic.BATCHES, raw, KafkaFailures.code(reason), message, clock.instant()));
            consumed(out, raw);
        });
    }

    /** Whether an operator holds the line, as far as was heard. */
    boolean paused() {
        return paused;
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
            commit.declined().ifPresent(why -> out.send(OperatorLog.record(line, declined(why))));
            consumed(out, inHand);
        });
        lastIntent = inHand.position().offset();
        inHand = null;
    }

    /**
     * Commits the copy of another line's version, which carries out no intent. Errors as {@link #commit}.
     *
     * @throws IllegalStateException where an intent was carried out already
     */
    void copy(Commit commit) {
        if (link == null || inHand != null || commit.version().flatMap(Version::origin).isEmpty()) {
            throw new IllegalStateException("copy (expected: of a version, after replay and before the first intent)");
        }
        commit.version().ifPresent(link::follow);
        transactions.commit(out -> writer.write(out, commit, NO_INTENT));
    }

    /** A reject is later than every intent that was carried out, and before all others. */
    @Override
    public void commit(Decision decision, Commit commit) {
        if (inHand != null) {
            throw new IllegalStateException("commit of " + decision + " (expected: while no intent is in hand)");
        }
        commit.version().ifPresent(link::follow);
        transactions.commit(out -> writer.write(out, commit, lastIntent));
    }

    /** A request that made no version leaves no other trace. */
    private Operation declined(Result.Declined why) {
        if (asked instanceof Intent.Rollback rollback) {
            return declined(Action.ROLLBACK, Operation.version(rollback.to()), rollback.reason(), why);
        }
        return declined(Action.REBASE, OperatorLog.LIVE_FACTS, ((Intent.Rebase) asked).reason(), why);
    }

    private Operation declined(Action action, String object, String reason, Result why) {
        return new Operation(asked.id(), Operator.OF_THE_LOG, action, object, reason, clock.instant(), why);
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
