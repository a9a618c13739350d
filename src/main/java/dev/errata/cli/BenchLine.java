package dev.errata.cli;

import dev.errata.batch.Effect;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.SnapshotStore;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Scores;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.Workbench;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Probes;
import dev.errata.fact.Revision;
import dev.errata.memit.DrawnEditor;
import dev.errata.memit.Editor;
import dev.errata.service.Wiring;
import dev.errata.stream.EditLog;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Received;
import dev.errata.stream.broker.EmbeddedBroker;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaIntakeLog;
import dev.errata.stream.kafka.TopicSetup;
import dev.errata.worker.AccumulatorCycle;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Disk;
import dev.errata.worker.EditorCycle;
import dev.errata.worker.Gate;
import dev.errata.worker.Guards;
import dev.errata.worker.IntakeTroubles;
import dev.errata.worker.Patience;
import dev.errata.worker.Settings;
import dev.errata.worker.VersionMaker;
import dev.errata.worker.Workshop;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A model's line on an embedded broker in this process, which grows as a service's does: fact changes are published, accumulated,
 * edited and committed by the production code. Keys and residuals are drawn ({@link DrawnEditor}), nothing is evaluated, and guards stop
 * nothing; weights, covariance, solver and the sizes of all records are the model's.
 *
 * <p>Every version writes as many facts as every other; after the first {@value #LIVE} they are revised in turn, between two objects, so
 * that live set and weights stay as large as they are while the log grows.
 *
 * <h2>Thread safety</h2> None.
 */
final class BenchLine implements AutoCloseable {
    /** Facts that are live once all were written. */
    static final int LIVE = 256;

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final double ANY = 1e9;
    private static final List<Logger> KAFKA = List.of(Logger.getLogger("org.apache.kafka"), Logger.getLogger("kafka"));

    private final Workbench bench;
    private final Editor editor;
    private final EmbeddedBroker broker;
    private final Settings settings;
    private final Wiring wiring;
    private final KafkaSettings kafka;
    private final List<LiveFact> facts;
    private final int batch;
    private int published;

    /** @param batch facts of each version; a divisor of {@value #LIVE} */
    BenchLine(Path directory, BenchContext context, int batch) {
        KAFKA.forEach(logger -> logger.setLevel(Level.SEVERE));
        this.batch = batch;
        this.settings = context.configuration().with(
                Map.of("errata.batch.max-facts", Integer.toString(batch), "errata.batch.max-age", "1h"));
        this.wiring = new Wiring(settings);
        this.facts = subjects(context);
        this.bench = context.open();
        this.editor = bench.editor();
        this.broker = EmbeddedBroker.start(directory, 0);
        this.kafka = new KafkaSettings(broker.bootstrapServers(), Map.of());
        TopicSetup.ensure(kafka, wiring.topics(), wiring.topicSettings());
    }

    /** Facts of different subjects that have another object to be revised to. */
    private static List<LiveFact> subjects(BenchContext context) {
        Map<String, LiveFact> bySubject = new LinkedHashMap<>();
        context.facts(2 * LIVE).stream()
                .filter(fact -> fact.previousObject().isPresent())
                .forEach(fact -> bySubject.putIfAbsent(fact.key().subject(), fact));
        if (bySubject.size() < LIVE) {
            throw new CliException(
                    ExitCode.BAD_INPUT, "facts: " + bySubject.size() + " subjects among " + 2 * LIVE + " (expected: " + LIVE + ")");
        }
        return List.copyOf(bySubject.values()).subList(0, LIVE);
    }

    Workbench bench() {
        return bench;
    }

    String name() {
        return settings.modelName();
    }

    KafkaSettings kafka() {
        return kafka;
    }

    Wiring wiring() {
        return wiring;
    }

    /** Opens the line's log as its only editor. */
    KafkaEditLog log() {
        return KafkaEditLog.open(kafka, wiring.line(), Clock.systemUTC());
    }

    /** An editor that recovers from {@code log} and what is in {@code state}. */
    EditorCycle editor(EditLog log, Path state, CycleListener listener) {
        return new EditorCycle(log, new Workshop(
                name(),
                new DrawnEditor(editor),
                (weights, written, earlier) -> new Measured(new Scores(written.size(), Map.of()), Optional.empty(), Optional.empty()),
                new VersionMaker(name(), bench.model().digest(), Map.of(), "errata bench"),
                Disk.of(new PayloadStore(state.resolve("payloads")), new SnapshotStore(state.resolve("snapshots"))),
                new Guards(ANY, ANY, ANY, 0, 1, 1),
                Gate.OPEN,
                Patience.DEFAULT,
                settings.limits().chunkBytes(),
                Clock.systemUTC(),
                listener));
    }

    /** Makes so many more versions. */
    void grow(int versions, EditLog log, Path state) {
        Grown grown = new Grown();
        accumulate(versions, grown);
        try (EditorCycle cycle = editor(log, state, grown)) {
            while (grown.versions < versions) {
                cycle.turn();
            }
        }
    }

    /** Facts of a subject wait for each other, or the newer one would replace the older one before any batch has it. */
    private void accumulate(int batches, Grown grown) {
        KafkaIntakeLog log = KafkaIntakeLog.open(kafka, wiring.line(), wiring.limits(), Clock.systemUTC());
        try (FactPublisher publisher = new FactPublisher(kafka, wiring.topics(), wiring.limits(), Clock.systemUTC());
                AccumulatorCycle cycle =
                        new AccumulatorCycle(log, wiring.rules(), wiring.room(), Clock.systemUTC(), grown, new IntakeTroubles(1))) {
            while (grown.batches < batches) {
                int more = Math.min(batches, grown.batches + LIVE / batch);
                publisher.publish(changes((more - grown.batches) * batch));
                while (grown.batches < more) {
                    cycle.turn();
                }
            }
        }
    }

    private List<FactChange> changes(int count) {
        List<FactChange> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            changes.add(change(published++));
        }
        return changes;
    }

    private FactChange change(int number) {
        LiveFact known = facts.get(number % LIVE);
        boolean revised = number / LIVE % 2 == 1;
        Fact fact = revised
                ? new Fact(known.fact().subject(), known.fact().relation(), known.previousObject().orElseThrow())
                : known.fact();
        EventId event = new EventId("/bench", "event-" + number);
        return new Asserted(event, fact, Revision.number(number, TIME), Optional.empty(), Probes.NONE);
    }

    /** What the two cycles said. */
    private static final class Grown implements CycleListener {
        private int batches;
        private int versions;

        @Override
        public void accumulated(List<Received> received, List<Effect> effects, int pending) {
            batches += (int) effects.stream().filter(Effect.Sealed.class::isInstance).count();
        }

        @Override
        public void committed(Version version, List<Outcome> outcomes) {
            versions++;
        }
    }

    @Override
    public void close() {
        broker.close();
        editor.close();
        bench.close();
    }
}
