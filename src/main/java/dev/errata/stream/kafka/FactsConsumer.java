package dev.errata.stream.kafka;

import dev.errata.failure.ErrataException;
import dev.errata.stream.RawRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Reads all partitions of the facts topic from where the line's group has committed, and knows how far that is.
 *
 * <p>Facts expire. What the broker removed before it was read is gone for good, and to halt would not bring it back, so reading goes on
 * at the first fact that is left. Partitions that are added to the topic are seen when it is opened next.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class FactsConsumer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FactsConsumer.class);
    /** What a transaction costs is shared by all that a poll brings. */
    private static final int POLL_RECORDS = 4_000;

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final Deque<ConsumerRecord<byte[], byte[]>> held = new ArrayDeque<>();

    FactsConsumer(ClientFactory clients, String topic, String group, Offsets offsets) {
        this.topic = topic;
        this.consumer = clients.consumer("earliest", POLL_RECORDS);
        try {
            this.partitions = LogReader.partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            begin(offsets.committed(group));
        } catch (KafkaException | ErrataException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e instanceof KafkaException error ? KafkaFailures.of("reading " + topic, error) : e;
        }
    }

    private void begin(Map<TopicPartition, Long> ofGroup) {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            Long offset = ofGroup.get(partition);
            if (offset != null) {
                committed.put(partition, offset);
                consumer.seek(partition, offset);
                if (offset < first.get(partition)) {
                    LOG.warnf("%s: %d facts expired before they were read", partition, first.get(partition) - offset);
                }
            }
        }
    }

    /** Goes on from these offsets, by partition, where it is not beyond them yet. */
    void notBefore(Map<Integer, Long> offsets) {
        try {
            for (TopicPartition partition : partitions) {
                long begin = offsets.getOrDefault(partition.partition(), 0L);
                if (consumer.position(partition) < begin) {
                    consumer.seek(partition, begin);
                }
            }
        } catch (KafkaException e) {
            throw KafkaFailures.of("reading " + topic, e);
        }
    }

    /** Whether the group has read anything, as far as it has committed. */
    boolean hasCommitted() {
        return !committed.isEmpty();
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    /** So many records at most; those of a poll that are too many are given first next time. */
    List<RawRecord> poll(Duration wait, int most) {
        try {
            if (held.isEmpty()) {
                consumer.poll(wait).forEach(held::add);
            }
            List<RawRecord> records = new ArrayList<>();
            while (!held.isEmpty() && records.size() < most) {
                records.add(Records.raw(held.poll()));
            }
            return records;
        } catch (KafkaException e) {
            throw KafkaFailures.of("reading " + topic, e);
        }
    }

    /** The partitions that have been read beyond what is committed, and how far. */
    Map<TopicPartition, OffsetAndMetadata> uncommitted() {
        try {
            Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
            Map<TopicPartition, Long> notGiven = new HashMap<>();
            held.forEach(record -> notGiven.putIfAbsent(new TopicPartition(topic, record.partition()), record.offset()));
            for (TopicPartition partition : partitions) {
                Long next = notGiven.get(partition);
                long position = next == null ? consumer.position(partition) : next;
                if (position != committed.getOrDefault(partition, 0L)) {
                    read.put(partition, new OffsetAndMetadata(position));
                }
            }
            return read;
        } catch (KafkaException e) {
            throw KafkaFailures.of("reading " + topic, e);
        }
    }

    /** Records that were not given, as far as the broker has told. */
    long lag() {
        return held.size() + partitions.stream().mapToLong(partition -> consumer.currentLag(partition).orElse(0)).sum();
    }

    void committed(Map<TopicPartition, OffsetAndMetadata> read) {
        read.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    }

    void pause() {
        consumer.pause(partitions);
    }

    void resume() {
        consumer.resume(partitions);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
