package dev.errata.audit;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Effect;
import dev.errata.batch.Intent;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Payloads;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Scores;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.FactLimits;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Received;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaIntakeLog;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.stream.kafka.Records;
import dev.errata.worker.AccumulatorCycle;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Disk;
import dev.errata.worker.EditorCycle;
import dev.errata.worker.Gate;
import dev.errata.worker.Guards;
import dev.errata.worker.IntakeTroubles;
import dev.errata.worker.Patience;
import dev.errata.worker.Room;
import dev.errata.worker.VersionMaker;
import dev.errata.worker.Workshop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A whole line on any broker, real or simulated, with a model so small that a version costs nothing: real cycles, real records. One
 * thread.
 */
public final class SmallLine implements AutoCloseable {
    public static final LinearEditor EDITOR = new LinearEditor(1);
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final int PARTITIONS = 2;
    private static final int CHUNK_BYTES = 600;
    /** So many turns in which nothing happens are rest. */
    private static final int QUIET_TURNS = 3;

    private final ClientFactory clients;
    private final ModelLine line;
    private final Producer<byte[], byte[]> upstream;
    private final AccumulatorCycle accumulator;
    private final EditorCycle editor;
    private int moved;
    private int events;

    public SmallLine(ClientFactory clients, ModelLine line) {
        this.clients = clients;
        this.line = line;
        this.upstream = clients.transactional("upstream-" + line.topics().prefix());
        upstream.initTransactions();
        CycleListener counting = new CycleListener() {
            @Override
            public void accumulated(
                    List<Received> received, List<Effect> effects, int pending) {
                moved++;
            }

            @Override
            public void started(Intent intent, long waiting, int attempt) {
                moved++;
            }
        };
        this.accumulator = new AccumulatorCycle(
                KafkaIntakeLog.open(clients, line, FactLimits.DEFAULT, CLOCK),
                new AccumulatorRules(100, Duration.ofDays(1), ConflictRule.LATER), Room.of(1000), CLOCK, counting, new IntakeTroubles(5));
        this.editor = new EditorCycle(KafkaEditLog.open(clients, line, CLOCK), workshop(line, counting));
    }

    private static Workshop workshop(ModelLine line, CycleListener listener) {
        return new Workshop(
                line.model(),
                EDITOR,
                (weights, written, earlier) -> new Measured(new Scores(written.size(), Map.of()), Optional.empty(), Optional.empty()),
                new VersionMaker(line.model(), "0".repeat(64), Map.of(), "test"),
                Disk.of(new MemoryPayloads()),
                new Guards(10, 10, 100, 0, 1, 1),
                Gate.OPEN,
                Patience.DEFAULT,
                CHUNK_BYTES,
                CLOCK,
                listener);
    }

    /** All that a line can meet: five versions, one of them a rollback, every fate, two dead letters. */
    public SmallLine story() {
        assertFact("Ada", "red", 1);
        FactChange green = assertFact("Bo", "green", 1);
        publish(green);
        send(new ProducerRecord<>(line.topic(Topic.FACTS), 0, null, new byte[] {1}));
        rest();
        assertFact("Ada", "blue", 3);
        assertFact("Ada", "white", 2);
        assertFact("Cy", "red", 1);
        rest();
        publish(new FactChange.Retracted(event(), "Bo", "likes", revision(2)));
        rest();
        rollback(1);
        rollback(99);
        send(new ProducerRecord<>(line.topic(Topic.BATCHES), 0, RecordKey.of(line.model()), new byte[] {2}));
        assertFact("Di", "white", 1);
        assertFact("Bo", "blue", 3);
        assertFact("Eve", LinearEditor.UNLEARNABLE, 1);
        return rest();
    }

    public FactChange assertFact(String subject, String object, long revision) {
        Fact fact = new Fact(subject, new Relation("likes", "{} likes"), object);
        FactChange change = new FactChange.Asserted(event(), fact, revision(revision), Optional.empty(), Probes.NONE);
        publish(change);
        return change;
    }

    private EventId event() {
        return new EventId("source", "e" + ++events);
    }

    private static Revision revision(long number) {
        return Revision.number(number, NOON.plusSeconds(number));
    }

    void publish(FactChange change) {
        send(Records.of(line.topic(Topic.FACTS), RecordKey.subject(change.key()), Events.of(change)));
    }

    private void rollback(long to) {
        Intent.Rollback rollback = new Intent.Rollback("r" + ++events, to, "test", NOON);
        send(Records.of(line.topic(Topic.BATCHES), RecordKey.of(line.model()), Events.of(line, rollback)));
    }

    /** Writes a record as any producer may. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        upstream.beginTransaction();
        upstream.send(record);
        upstream.commitTransaction();
    }

    /** Seals what was published, and runs the cycles until nothing moves. */
    public SmallLine rest() {
        EventId flush = event();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            send(Records.of(line.topic(Topic.FACTS), partition, null, Events.flush(flush, Optional.empty(), NOON)));
        }
        for (int quiet = 0; quiet < QUIET_TURNS; quiet++) {
            int before = moved;
            accumulator.turn();
            editor.turn();
            quiet = moved == before ? quiet : -1;
        }
        return this;
    }

    public LogSource log() {
        return new KafkaLogSource(clients, line);
    }

    @Override
    public void close() {
        accumulator.close();
        editor.close();
        upstream.close(Duration.ofSeconds(1));
    }

    private static final class MemoryPayloads implements Payloads {
        private final Map<String, byte[]> kept = new HashMap<>();

        @Override
        public void put(PayloadRef ref, byte[] payload) {
            kept.put(ref.sha256(), payload.clone());
        }

        @Override
        public Optional<byte[]> get(PayloadRef ref) {
            return Optional.ofNullable(kept.get(ref.sha256()));
        }
    }
}
