package dev.errata.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.errata.batch.Effect;
import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.service.Wiring;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Received;
import dev.errata.stream.broker.EmbeddedBroker;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaIntakeLog;
import dev.errata.stream.kafka.TopicSetup;
import dev.errata.worker.AccumulatorCycle;
import dev.errata.worker.CycleListener;
import dev.errata.worker.IntakeTroubles;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * n fact changes that lie on the facts topic before an accumulator starts: how fast it takes them in, in how much heap, and how long
 * another one needs to go on after it. One in a hundred is an event for the second time, and what became of each is counted.
 *
 * <p>The accumulator's cycle is the production code, alone: no editor, no follower. The broker is an embedded one in this process, so it
 * takes part of the heap and of the processors that are measured.
 *
 * <h2>Thread safety</h2> One in a process at a time.
 */
final class BurstBench implements Bench {
    private static final int SLICE = 5_000;
    private static final int REPEATED = 100;
    /** A change and its repetition lie so far apart. */
    private static final int APART = 2_000;
    private static final double NANOS = 1e9;
    private static final long SAY_NANOS = 5_000_000_000L;
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Relation RELATION = new Relation("P103", "The mother tongue of {} is");
    private static final List<Logger> KAFKA = List.of(Logger.getLogger("org.apache.kafka"), Logger.getLogger("kafka"));

    @Override
    public String name() {
        return "burst";
    }

    @Override
    public String measures() {
        return "fact changes per second that an accumulator alone takes in, and the heap it takes; the broker runs in the same process";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1_000_000);
    }

    @Override
    public String model(BenchContext context) {
        return "none";
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        KAFKA.forEach(logger -> logger.setLevel(Level.SEVERE));
        for (int n : sizes) {
            // A broker for each size: the log of one burst is no part of the next.
            try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-burst");
                    EmbeddedBroker broker = EmbeddedBroker.start(temporary.path(), 0)) {
                KafkaSettings kafka = new KafkaSettings(broker.bootstrapServers(), Map.of());
                rows.accept(row(n, kafka, new Wiring(context.settings()), context.say()));
            }
        }
    }

    private static BenchRow row(int n, KafkaSettings kafka, Wiring wiring, Consumer<String> say) {
        TopicSetup.ensure(kafka, wiring.topics(), wiring.topicSettings());
        long start = System.nanoTime();
        long bytes = publish(n, kafka, wiring, say);
        double publish = (System.nanoTime() - start) / NANOS;
        Counted counted = new Counted();
        try (HeapWatch heap = HeapWatch.start()) {
            double accept;
            double live;
            double cpu = cpuSeconds();
            try (AccumulatorCycle cycle = cycle(kafka, wiring, counted)) {
                accept = takeIn(n, cycle, counted, say);
                cpu = cpuSeconds() - cpu;
                live = HeapWatch.live();
            }
            say.accept("again, from the log");
            start = System.nanoTime();
            cycle(kafka, wiring, CycleListener.NONE).close();
            double restart = (System.nanoTime() - start) / NANOS;
            counted.require(n);
            Map<String, Double> more = new LinkedHashMap<>();
            more.put("record_bytes", (double) bytes);
            more.put("sealed_facts", (double) counted.sealed);
            more.put("batches", (double) counted.batches);
            more.put("duplicates", (double) counted.duplicates);
            more.put("transactions", (double) counted.turns);
            more.put("cpu_seconds", cpu);
            more.put("peak_heap_bytes", (double) heap.peak());
            more.put("live_heap_bytes", live);
            more.put("heap_limit_bytes", (double) Runtime.getRuntime().maxMemory());
            Map<String, Double> phases = new LinkedHashMap<>();
            phases.put("publish", publish);
            phases.put("accept", accept);
            phases.put("restart", restart);
            return new BenchRow(n, n / accept, OptionalDouble.empty(), phases, more);
        }
    }

    /** Processor time of this process, its broker's and the collector's included. */
    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / NANOS;
    }

    private static AccumulatorCycle cycle(KafkaSettings kafka, Wiring wiring, CycleListener listener) {
        KafkaIntakeLog log = KafkaIntakeLog.open(kafka, wiring.line(), wiring.limits(), Clock.systemUTC());
        return new AccumulatorCycle(log, wiring.rules(), wiring.room(), Clock.systemUTC(), listener, new IntakeTroubles(1));
    }

    private static double takeIn(int n, AccumulatorCycle cycle, Counted counted, Consumer<String> say) {
        long start = System.nanoTime();
        long said = start;
        while (counted.read < n) {
            cycle.turn();
            long now = System.nanoTime();
            if (now - said > SAY_NANOS) {
                said = now;
                say.accept("%d of %d accepted, %.0f a second".formatted(counted.read, n, counted.read * NANOS / (now - start)));
            }
        }
        double seconds = (System.nanoTime() - start) / NANOS;
        // The last batch is not full and has to get old.
        while (cycle.pending() > 0) {
            cycle.turn();
        }
        return seconds;
    }

    /** Bytes of the last record. */
    private static long publish(int n, KafkaSettings kafka, Wiring wiring, Consumer<String> say) {
        say.accept("publishing " + n + " fact changes");
        try (FactPublisher publisher = new FactPublisher(kafka, wiring.topics(), wiring.limits(), Clock.systemUTC())) {
            List<FactChange> slice = new ArrayList<>(SLICE);
            for (int i = 0; i < n; i++) {
                slice.add(change(repeats(i) ? i - APART - 1 : i));
                if (slice.size() == SLICE || i == n - 1) {
                    publisher.publish(slice);
                    slice.clear();
                }
            }
            return publisher.bytes(change(n - 1));
        }
    }

    private static boolean repeats(int i) {
        return i % REPEATED == 0 && i > APART;
    }

    private static FactChange change(int i) {
        Fact fact = new Fact("Subject " + i, RELATION, "language " + i % 1000);
        return new Asserted(
                new EventId("/burst", "event-" + i), fact, Revision.number(i, TIME),
                Optional.empty(), Probes.NONE);
    }

    /** What the accumulator said. */
    private static final class Counted implements CycleListener {
        private long read;
        private long sealed;
        private long batches;
        private long duplicates;
        private long turns;

        @Override
        public void accumulated(List<Received> received, List<Effect> effects, int pending) {
            read += received.size();
            turns++;
            for (Effect effect : effects) {
                if (effect instanceof Effect.Sealed seal) {
                    batches++;
                    sealed += seal.batch().arrivals().size();
                } else if (effect instanceof Effect.Settled settled && settled.outcome().fate() instanceof Fate.Duplicate) {
                    duplicates++;
                }
            }
        }

        private void require(int n) {
            long expected = IntStream.range(0, n).filter(BurstBench::repeats).count();
            if (duplicates != expected || sealed != n - expected) {
                throw new CliException(
                        ExitCode.FAILED,
                        sealed + " facts sealed and " + duplicates + " duplicates (expected: " + (n - expected) + " and " + expected + ")");
            }
        }
    }
}
