package dev.errata.service;

import dev.errata.stream.ModelLine;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Watches the topics of a running process, and also what is in them and not committed. Not thread-safe. */
final class KillWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(50);

    private final LogReading committed;
    private final KafkaConsumer<byte[], byte[]> uncommitted;
    private final TopicPartition notes;
    private final TopicPartition chunks;
    private final int outcomes;
    private final int versions;

    /** Everything counts from now on. */
    KillWatch(KafkaSettings kafka, ModelLine line) {
        this.committed = new LogReading(kafka, line);
        this.outcomes = committed.outcomes().size();
        this.versions = committed.versions().size();
        this.uncommitted = consumer(kafka, "read_uncommitted");
        this.notes = new TopicPartition(line.topic(Topic.INTAKE), 0);
        this.chunks = new TopicPartition(line.topic(Topic.DELTAS), 0);
        uncommitted.assign(List.of(notes, chunks));
        uncommitted.seekToEnd(List.of(notes, chunks));
        uncommitted.position(notes);
        uncommitted.position(chunks);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka, String isolation) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", isolation, "enable.auto.commit", false);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns at the moment. */
    void await(KillMoment moment) {
        switch (moment.sight()) {
            case START -> { }
            case INTAKE_NOTE -> until(() -> sees(notes));
            case DELTA_CHUNK -> until(() -> sees(chunks));
            case OUTCOMES -> until(() -> pausing(committed.outcomes().size() - outcomes >= moment.count()));
            case VERSION -> until(() -> pausing(committed.versions().size() > versions));
        }
        ServingProcess.pause(moment.later());
    }

    private boolean sees(TopicPartition partition) {
        return !uncommitted.poll(POLL).records(partition).isEmpty();
    }

    private static boolean pausing(boolean seen) {
        if (!seen) {
            ServingProcess.pause(POLL);
        }
        return seen;
    }

    private static void until(BooleanSupplier seen) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!seen.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not seen within " + PATIENCE + " (expected: the stream goes on)");
            }
        }
    }

    /** What the log held when this began to watch. */
    String before() {
        return outcomes + " outcomes and " + versions + " versions";
    }

    /** The topics in which a transaction is open. */
    static List<String> open(KafkaSettings kafka, ModelLine line) {
        try (KafkaConsumer<byte[], byte[]> stable = consumer(kafka, "read_committed");
                KafkaConsumer<byte[], byte[]> all = consumer(kafka, "read_uncommitted")) {
            List<TopicPartition> partitions = List.of(Topic.values()).stream()
                    .flatMap(topic -> all.partitionsFor(line.topic(topic)).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = all.endOffsets(partitions);
            Map<TopicPartition, Long> stableEnds = stable.endOffsets(partitions);
            return partitions.stream()
                    .filter(partition -> stableEnds.get(partition) < ends.get(partition))
                    .map(TopicPartition::topic)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() {
        try (committed) {
            uncommitted.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }
}
