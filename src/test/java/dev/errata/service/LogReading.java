package dev.errata.service;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import dev.errata.simulation.LogContents;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.Head;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.VersionFeed;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.stream.kafka.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the topics of a line as any consumer may, and keeps what it has read. Not thread-safe. */
final class LogReading implements AutoCloseable {
    private static final Duration ANNOUNCEMENT = Duration.ofSeconds(20);

    private final KafkaSettings kafka;
    private final ModelLine line;
    private final List<AutoCloseable> readers = new ArrayList<>();
    private final Kept<RawRecord> facts;
    private final Kept<DeadLetter> deadLetters;
    private final Kept<Intent> intents;
    private final Kept<SettledOutcome> outcomes;
    private final Kept<Version> versions;
    private final Kept<Evaluation> evaluations;
    private final Kept<Head> heads;
    private final Kept<LedgerChange> ledger;

    LogReading(KafkaSettings kafka, ModelLine line) {
        this.kafka = kafka;
        this.line = line;
        KafkaHistory history = new KafkaHistory(kafka, line);
        this.facts = keep(history.facts());
        this.deadLetters = keep(history.deadLetters());
        this.intents = keep(history.intents());
        this.outcomes = keep(history.outcomes());
        this.versions = keep(history.versions());
        this.evaluations = keep(history.evaluations());
        this.heads = keep(history.heads());
        this.ledger = keep(history.ledger());
    }

    private record Kept<T>(TopicReader<T> reader, List<T> records) {
        List<T> now() {
            records.addAll(reader.catchUp());
            return records;
        }
    }

    private <T> Kept<T> keep(TopicReader<T> reader) {
        readers.add(reader);
        return new Kept<>(reader, new ArrayList<>());
    }

    List<Outcome> outcomes() {
        return outcomes.now().stream().map(SettledOutcome::outcome).toList();
    }

    List<Version> versions() {
        return List.copyOf(versions.now());
    }

    /** Everything but deltas. What follows from other records is read before them, so that no reader sees an effect without its cause. */
    LogContents now() {
        List<Head> headsNow = List.copyOf(heads.now());
        List<LedgerChange> ledgerNow = List.copyOf(ledger.now());
        List<Evaluation> evaluationsNow = List.copyOf(evaluations.now());
        List<Outcome> outcomesNow = outcomes();
        List<Version> versionsNow = versions();
        List<Intent> intentsNow = List.copyOf(intents.now());
        List<DeadLetter> lettersNow = List.copyOf(deadLetters.now());
        return new LogContents(
                facts.now(), lettersNow, intentsNow, outcomesNow, versionsNow, evaluationsNow, headsNow, ledgerNow, Map.of());
    }

    /** Everything, with the deltas that a follower gets up to the announced version. */
    LogContents whole() {
        LogContents now = now();
        long head = now.heads().isEmpty() ? 0 : now.heads().get(now.heads().size() - 1).version();
        Map<Long, byte[]> deltas = new HashMap<>();
        try (KafkaVersionFeed feed = new KafkaVersionFeed(kafka, line)) {
            for (long number = 1; number <= head; number++) {
                Optional<VersionFeed.Item> item = feed.next(ANNOUNCEMENT);
                item.flatMap(VersionFeed.Item::delta).ifPresent(delta -> deltas.put(item.get().version().number(), delta));
            }
        }
        return now.withDeltas(deltas);
    }

    @Override
    public void close() {
        for (AutoCloseable reader : readers) {
            try {
                reader.close();
            } catch (Exception e) {
                throw new IllegalStateException("a reader did not close", e);
            }
        }
    }
}
