package dev.errata.stream.kafka;

import dev.errata.stream.KafkaSettings;
import dev.errata.stream.LogTail;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * {@link LogTail} on Kafka: one consumer for all topics.
 *
 * <h2>Thread safety</h2> Immutable; each tail is for one thread at a time.
 */
public final class KafkaTails implements LogTail.Source {
    private static final int POLL_RECORDS = 2_000;

    private final KafkaSettings settings;
    private final ClientFactory clients;
    private final ModelLine line;
    private final Map<String, Topic> topics;

    public KafkaTails(KafkaSettings settings, ModelLine line, Set<Topic> topics) {
        this.settings = settings;
        this.clients = ClientFactory.of(settings);
        this.line = line;
        this.topics = topics.stream().collect(Collectors.toUnmodifiableMap(line::topic, topic -> topic));
    }

    /** The cluster's id, and each topic's. */
    @Override
    public String identity() {
        try (Admin admin = Clients.admin(settings)) {
            String cluster = Answers.of("asking for the cluster's id", admin.describeCluster().clusterId());
            var described = Answers.of(
                    "asking for the ids of " + topics.keySet(), admin.describeTopics(topics.keySet()).allTopicNames());
            Map<String, String> ids = new TreeMap<>();
            described.forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
            return cluster + " " + ids;
        }
    }

    @Override
    public LogTail open(Map<LogTail.Spot, Long> from) {
        Consumer<byte[], byte[]> consumer = clients.consumer("none", POLL_RECORDS);
        try (Offsets offsets = clients.offsets()) {
            List<TopicPartition> partitions = new ArrayList<>();
            topics.keySet().forEach(name -> partitions.addAll(LogReader.partitions(consumer, name)));
            consumer.assign(partitions);
            List<TopicPartition> fresh = partitions.stream().filter(partition -> !from.containsKey(spot(partition))).toList();
            // Without any, Kafka takes all.
            if (!fresh.isEmpty()) {
                consumer.seekToBeginning(fresh);
            }
            partitions.stream()
                    .filter(partition -> from.containsKey(spot(partition)))
                    .forEach(partition -> consumer.seek(partition, from.get(spot(partition))));
            return new Tail(consumer, offsets.ends(partitions));
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e instanceof KafkaException error ? KafkaFailures.of("reading " + topics.keySet(), error) : e;
        }
    }

    private LogTail.Spot spot(TopicPartition partition) {
        return new LogTail.Spot(topics.get(partition.topic()), partition.partition());
    }

    private final class Tail implements LogTail {
        private final Consumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, Long> ends;

        private Tail(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
            this.consumer = consumer;
            this.ends = ends;
        }

        @Override
        public Portion poll(Duration wait) {
            try {
                List<Entry> entries = new ArrayList<>();
                consumer.poll(wait).forEach(record -> entries.add(new Entry(topics.get(record.topic()), Records.raw(record))));
                Map<Spot, Long> next = new HashMap<>();
                boolean caughtUp = true;
                for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                    long position = consumer.position(end.getKey());
                    next.put(spot(end.getKey()), position);
                    caughtUp &= position >= end.getValue();
                }
                return new Portion(entries, next, caughtUp);
            } catch (KafkaException e) {
                throw KafkaFailures.of("reading " + topics.keySet(), e);
            }
        }

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }
}
