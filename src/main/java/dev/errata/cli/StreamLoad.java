package dev.errata.cli;

import dev.errata.delta.LiveFact;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.service.Wiring;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.TopicReader;
import dev.errata.worker.Settings;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * What {@link StreamBench} sends to the service, and how it sees what became of it.
 *
 * <p>Two loads for each size: all n facts as fast as the broker takes them, which tells the sustained rate; then a tenth of them at seven
 * tenths of that rate, which tells the latency of a stream that keeps up. Latency is from before a fact is sent to when its outcome was
 * read.
 */
final class StreamLoad {
    private static final int WARM_UP = 8;
    private static final int PACED_MIN = 10;
    private static final double PACE = 0.7;
    private static final double NANOS = 1e9;
    private static final long POLL_MILLIS = 5;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private final List<Integer> sizes;
    private final List<FactChange> changes;
    private final Consumer<String> say;

    private StreamLoad(List<Integer> sizes, List<FactChange> changes, Consumer<String> say) {
        this.sizes = sizes;
        this.changes = changes;
        this.say = say;
    }

    /** Takes facts for all sizes, each once. */
    static StreamLoad of(List<Integer> sizes, BenchContext context) {
        int count = WARM_UP + sizes.stream().mapToInt(n -> n + paced(n)).sum();
        List<FactChange> changes = new ArrayList<>();
        for (LiveFact fact : context.facts(count)) {
            changes.add(new Asserted(fact.event(), fact.fact(), fact.revision(), fact.previousObject(), fact.probes()));
        }
        return new StreamLoad(List.copyOf(sizes), List.copyOf(changes), context.say());
    }

    private static int paced(int n) {
        return Math.max(PACED_MIN, n / 10);
    }

    void run(Settings settings, int port, Consumer<BenchRow> rows) {
        awaitReady(new ServiceClient(URI.create("http://127.0.0.1:" + port)));
        Wiring wiring = new Wiring(settings);
        try (FactPublisher publisher = new FactPublisher(wiring.kafka(), wiring.topics(), wiring.limits(), Clock.systemUTC());
                TopicReader<SettledOutcome> outcomes = new KafkaHistory(wiring.kafka(), wiring.line()).outcomes()) {
            say.accept("warming up");
            int from = WARM_UP;
            new Load(publisher, outcomes).send(changes.subList(0, from), 0);
            for (int n : sizes) {
                say.accept("n = " + n);
                Load burst = new Load(publisher, outcomes);
                double seconds = burst.send(changes.subList(from, from + n), 0);
                from += n;
                Load paced = new Load(publisher, outcomes);
                paced.send(changes.subList(from, from + paced(n)), PACE * n / seconds);
                from += paced(n);
                Map<String, Double> more = new LinkedHashMap<>();
                more.put("applied", (double) burst.applied);
                more.put("not_applied", (double) (n - burst.applied));
                more.put("latency_p50_seconds", burst.percentile(0.5));
                more.put("latency_p99_seconds", burst.percentile(0.99));
                more.put("paced_facts_per_second", PACE * n / seconds);
                more.put("paced_latency_p50_seconds", paced.percentile(0.5));
                more.put("paced_latency_p99_seconds", paced.percentile(0.99));
                rows.accept(new BenchRow(n, n / seconds, OptionalDouble.empty(), Map.of("stream", seconds), more));
            }
        }
    }

    private void awaitReady(ServiceClient client) {
        say.accept("the service loads the model and computes the covariance");
        long end = System.nanoTime() + PATIENCE_NANOS * 5;
        while (System.nanoTime() < end) {
            try {
                client.get(new ServiceClient.Target("/q/health/ready"));
                return;
            } catch (CliException e) {
                pause(100);
            }
        }
        throw new CliException(ExitCode.FAILED, "the service did not become ready");
    }

    /** Facts on their way. */
    private static final class Load {
        private final FactPublisher publisher;
        private final TopicReader<SettledOutcome> outcomes;
        private final Map<EventId, Long> sent = new HashMap<>();
        private final List<Double> latencies = new ArrayList<>();
        private int applied;

        Load(FactPublisher publisher, TopicReader<SettledOutcome> outcomes) {
            this.publisher = publisher;
            this.outcomes = outcomes;
        }

        /**
         * Sends facts and waits for all outcomes.
         *
         * @param rate facts per second, or 0 for as fast as the broker takes them
         * @return seconds from the first fact sent to the last outcome read
         */
        double send(List<FactChange> changes, double rate) {
            long start = System.nanoTime();
            if (rate == 0) {
                changes.forEach(change -> sent.put(change.event(), start));
                publisher.publish(changes);
            } else {
                for (int i = 0; i < changes.size(); i++) {
                    long due = start + (long) (i / rate * NANOS);
                    while (System.nanoTime() < due) {
                        read();
                        pause(POLL_MILLIS);
                    }
                    sent.put(changes.get(i).event(), System.nanoTime());
                    publisher.publish(List.of(changes.get(i)));
                }
            }
            long last = System.nanoTime();
            while (latencies.size() < changes.size()) {
                if (read()) {
                    last = System.nanoTime();
                } else if (System.nanoTime() - last > PATIENCE_NANOS) {
                    throw new CliException(
                            ExitCode.FAILED, latencies.size() + " of " + changes.size() + " outcomes, and no more for two minutes");
                }
                pause(POLL_MILLIS);
            }
            return (System.nanoTime() - start) / NANOS;
        }

        private boolean read() {
            boolean any = false;
            for (SettledOutcome settled : outcomes.catchUp()) {
                Outcome outcome = settled.outcome();
                Long at = sent.remove(outcome.event());
                if (at != null) {
                    latencies.add((System.nanoTime() - at) / NANOS);
                    applied += outcome.fate() instanceof Fate.Applied ? 1 : 0;
                    any = true;
                }
            }
            return any;
        }

        double percentile(double share) {
            List<Double> sorted = latencies.stream().sorted().toList();
            return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }
}
