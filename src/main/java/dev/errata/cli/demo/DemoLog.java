package dev.errata.cli.demo;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.TopicReader;
import java.util.ArrayList;
import java.util.List;

/** What the topics say, read as any consumer may read them. Not thread-safe. */
final class DemoLog implements AutoCloseable {
    private final Collected<Intent> intents;
    private final Collected<Version> versions;
    private final Collected<Evaluation> evaluations;
    private final Collected<SettledOutcome> outcomes;
    private final Collected<DeadLetter> deadLetters;

    DemoLog(KafkaHistory history) {
        this.intents = new Collected<>(history.intents());
        this.versions = new Collected<>(history.versions());
        this.evaluations = new Collected<>(history.evaluations());
        this.outcomes = new Collected<>(history.outcomes());
        this.deadLetters = new Collected<>(history.deadLetters());
    }

    /** Everything that was read from one topic so far. */
    private record Collected<T>(TopicReader<T> reader, List<T> records) {
        Collected(TopicReader<T> reader) {
            this(reader, new ArrayList<>());
        }

        List<T> now() {
            records.addAll(reader.catchUp());
            return records;
        }
    }

    List<Intent> intents() {
        return intents.now();
    }

    List<Version> versions() {
        return versions.now();
    }

    List<Evaluation> evaluations() {
        return evaluations.now();
    }

    List<Outcome> outcomes() {
        return outcomes.now().stream().map(SettledOutcome::outcome).toList();
    }

    List<DeadLetter> deadLetters() {
        return deadLetters.now();
    }

    @Override
    public void close() {
        List.of(intents, versions, evaluations, outcomes, deadLetters).forEach(collected -> collected.reader().close());
    }
}
