package dev.errata.audit;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Effect;
import dev.errata.batch.Intent;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Payloads;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.ProbedFact;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult;
import dev.errata.memit.ForwardingEditor;
import dev.errata.memit.LinearEditor;
import dev.errata.memit.Progress;
import dev.errata.stream.Decision;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operator;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Received;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
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
    /** A version that writes this object is held. */
    static final String DOUBTFUL = "doubtful";
    /** No rebase can be made while a fact with this object is live. */
    static final String STUBBORN = "stubborn";
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final int PARTITIONS = 2;
    private static final int CHUNK_BYTES = 600;
    /** So many turns in which nothing happens are rest. */
    private static final int QUIET_TURNS = 3;
    static final int HISTORY = 22;

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
        this.upstream = clients.transactional("upstream-" + line.role("test"));
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

            @Override
            public void decided(Version version, Decision decision) {
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
                new RefusingEditor(),
                SmallLine::measured,
                new VersionMaker(line.model(), "0".repeat(64), Map.of(), "test"),
                Disk.of(new MemoryPayloads()),
                new Guards(10, 10, 100, 0, 1, 1),
                new Gate(100, 0, 0, 0, 100),
                Patience.DEFAULT,
                CHUNK_BYTES,
                CLOCK,
                listener);
    }

    private static Measured measured(Map<String, EditedTensor> weights, List<ProbedFact> written, List<ProbedFact> earlier) {
        boolean doubtful = written.stream().anyMatch(fact -> fact.fact().object().equals(DOUBTFUL));
        Map<String, Score> scores = written.isEmpty() ? Map.of() : Map.of(Scores.EFFICACY_SUCCESS, new Score(doubtful ? 0 : 100, 1));
        return new Measured(new Scores(written.size(), scores), Optional.empty(), Optional.empty());
    }

    private static final class RefusingEditor extends ForwardingEditor {
        RefusingEditor() {
            super(EDITOR);
        }

        @Override
        public EditResult rebase(List<LiveFact> facts, Progress progress) {
            if (facts.stream().anyMatch(fact -> fact.fact().object().equals(STUBBORN))) {
                throw new ErrataException(Failure.EDIT_NOT_FINITE, "object: " + STUBBORN + " (expected: one that can be rebased)");
            }
            return super.rebase(facts, progress);
        }
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

    /** What follows upon {@link #story}: {@value #HISTORY} versions, rebased, held, released, rejected, and tagged. */
    public SmallLine history() {
        rebase();
        rest();
        assertFact("Flo", DOUBTFUL, 1);
        rest();
        assertFact("Gus", "red", 1);
        rest();
        decide(7, true);
        rest();
        assertFact("Hal", DOUBTFUL, 1);
        rest();
        decide(9, false);
        rest();
        // Behind the rebase and the rejected version, and before them.
        rollback(8);
        rollback(5);
        assertFact("Ida", "red", 1);
        rest();
        rollback(9);
        assertFact("Ada", "white", 5);
        rest();
        tag("first", 6, false);
        tag("good", 8, true);
        tag("good", 12, true);
        emptied();
        assertFact("Joe", STUBBORN, 1);
        rest();
        rebase();
        rest();
        publish(new FactChange.Retracted(event(), "Joe", "likes", revision(2)));
        assertFact("Kim", "red", 1);
        rest();
        assertFact("Leo", "green", 1);
        rest();
        rebase();
        rest();
        assertFact("Kim", "blue", 2);
        return rest();
    }

    /** Nothing is live, and that is rebased. */
    private void emptied() {
        rollback(0);
        rebase();
        rest();
    }

    public FactChange assertFact(String subject, String object, long revision) {
        FactChange change = change(subject, object, revision);
        publish(change);
        return change;
    }

    FactChange change(String subject, String object, long revision) {
        Fact fact = new Fact(subject, new Relation("likes", "{} likes"), object);
        return new FactChange.Asserted(event(), fact, revision(revision), Optional.empty(), Probes.NONE);
    }

    private EventId event() {
        return new EventId(line.role("source"), "e" + ++events);
    }

    private static Revision revision(long number) {
        return Revision.number(number, NOON.plusSeconds(number));
    }

    void publish(FactChange change) {
        publish(new FactEvent(change));
    }

    void publish(FactEvent fact) {
        send(Records.of(line.topic(Topic.FACTS), RecordKey.subject(fact.change().key()), Events.of(fact)));
    }

    void rollback(long to) {
        intent(new Intent.Rollback("r" + ++events, to, "test", NOON));
    }

    void rebase() {
        intent(new Intent.Rebase("rebase" + ++events, "test", NOON));
    }

    private void intent(Intent intent) {
        send(Records.of(line.topic(Topic.BATCHES), RecordKey.of(line.model()), Events.of(line, intent)));
    }

    /** An operator decides about a held version. */
    void decide(long version, boolean release) {
        Operation.Action action = release ? Operation.Action.RELEASE : Operation.Action.REJECT;
        send(Records.of(line.topic(Topic.AUDIT), RecordKey.of(line.model()), Events.of(line, new Operation(
                "d" + ++events, Operator.ANYBODY, action, Operation.version(version), "test", NOON, new Operation.Result.Accepted()))));
    }

    void tag(String name, long version, boolean movable) {
        Tag tag = new Tag(name, version, digest(version), movable);
        send(Records.of(line.topic(Topic.TAGS), RecordKey.of(line.model()), Events.of(line, tag, "tag" + ++events, NOON)));
    }

    private String digest(long version) {
        try (LogSource log = log();
                LogSource.Cursor versions = log.read(Topic.VERSIONS)) {
            for (Optional<RawRecord> next = versions.next(); next.isPresent(); next = versions.next()) {
                Version read = EventCodec.VERSION.decode(next.get().value());
                if (read.number() == version) {
                    return read.digest();
                }
            }
        }
        throw new AssertionError("version " + version + " (expected: one that is there)");
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
