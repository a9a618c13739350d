package dev.errata.service;

import dev.errata.delta.Version;
import dev.errata.fact.Outcome;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.TopicReader;
import java.util.ArrayList;
import java.util.List;

/** Reads what becomes of a line's facts as any consumer may, and keeps what it has read. Not thread-safe. */
final class LogReading implements AutoCloseable {
    private final TopicReader<SettledOutcome> outcomes;
    private final TopicReader<Version> versions;
    private final List<Outcome> outcomesRead = new ArrayList<>();
    private final List<Version> versionsRead = new ArrayList<>();

    LogReading(KafkaSettings kafka, ModelLine line) {
        KafkaHistory history = new KafkaHistory(kafka, line);
        this.outcomes = history.outcomes();
        this.versions = history.versions();
    }

    List<Outcome> outcomes() {
        outcomes.catchUp().forEach(settled -> outcomesRead.add(settled.outcome()));
        return List.copyOf(outcomesRead);
    }

    List<Version> versions() {
        versionsRead.addAll(versions.catchUp());
        return List.copyOf(versionsRead);
    }

    @Override
    public void close() {
        outcomes.close();
        versions.close();
    }
}
