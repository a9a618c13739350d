package dev.errata.service;

import static org.awaitility.Awaitility.await;

import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.EventId;
import dev.errata.fact.Outcome;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.OperatorLog;
import dev.errata.worker.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole process of Errata without its faces: every role in this JVM, on the bundled model, with readers of what it writes. */
final class TestStation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    final Settings settings;
    final Wiring wiring;
    final KafkaHistory history;
    private final Station station;
    private final FactPublisher facts;
    private final OperatorLog operators;

    TestStation(String bootstrapServers, Path state, Map<String, String> more) {
        Map<String, String> values = new HashMap<>(Map.of(
                "errata.kafka.bootstrap-servers", bootstrapServers,
                "errata.state.dir", state.toString(),
                "errata.covariance.max-tokens", "20000",
                "errata.batch.max-facts", "8",
                "errata.batch.max-age", "500ms",
                "errata.evaluation.tokens", "512"));
        values.putAll(more);
        this.settings = TestSettings.of(values);
        this.wiring = new Wiring(settings);
        this.history = new KafkaHistory(wiring.kafka(), wiring.line());
        this.station = new Station(settings, new SimpleMeterRegistry(), "test");
        station.start(null);
        this.facts = new FactPublisher(wiring.kafka(), wiring.topics(), wiring.limits(), Clock.systemUTC());
        this.operators = new OperatorLog(wiring.kafka(), wiring.line(), Clock.systemUTC());
    }

    Station station() {
        return station;
    }

    FactPublisher facts() {
        return facts;
    }

    OperatorLog operators() {
        return operators;
    }

    List<Version> versions() {
        try (var reader = history.versions()) {
            return reader.catchUp();
        }
    }

    List<Evaluation> evaluations() {
        try (var reader = history.evaluations()) {
            return reader.catchUp();
        }
    }

    List<Outcome> outcomes() {
        try (var reader = history.outcomes()) {
            return reader.catchUp().stream().map(SettledOutcome::outcome).toList();
        }
    }

    /** Waits until so many changes have their outcome. */
    List<Outcome> awaitOutcomes(int count) {
        List<Outcome> outcomes = new ArrayList<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
            outcomes.clear();
            outcomes.addAll(outcomes());
            return outcomes.size() >= count;
        });
        return outcomes;
    }

    /** Waits until this version is served. */
    void awaitServed(long version) {
        await().atMost(PATIENCE).until(() -> station.ready() && station.servedVersion().orElse(-1) >= version);
    }

    static Optional<Outcome> of(List<Outcome> outcomes, EventId event) {
        return outcomes.stream().filter(outcome -> outcome.event().equals(event)).findFirst();
    }

    @Override
    public void close() {
        facts.close();
        operators.close();
        station.stop(null);
    }
}
