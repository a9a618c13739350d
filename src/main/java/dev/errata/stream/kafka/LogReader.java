package dev.errata.stream.kafka;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic from its beginning, committed records only, and leaves out those that are not ours. It follows each partition in order
 * and never jumps: a position that the topic no longer holds is an error.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class LogReader implements AutoCloseable {
    /** Longer than the broker keeps an open transaction of ours; what has not moved by then will not. */
    private static final Duration STALL = Duration.ofMillis(Clients.TRANSACTION_MILLIS * 2L);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int POLL_RECORDS = 500;

    private final ClientFactory clients;
    private final String topic;
    private final Predicate<ConsumerRecord<byte[], byte[]>> ours;
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Deque<ConsumerRecord<byte[], byte[]>> read = new ArrayDeque<>();

    LogReader(ClientFactory clients, String topic, Predicate<ConsumerRecord<byte[], byte[]>> ours) {
        this(clients, topic, ours, POLL_RECORDS);
    }

    LogReader(ClientFactory clients, String topic, Predicate<ConsumerRecord<byte[], byte[]>> ours, int pollRecords) {
        this.clients = clients;
        this.topic = topic;
        this.ours = ours;
        this.consumer = clients.consumer("none", pollRecords);
        try {
            this.partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e instanceof KafkaException error ? KafkaFailures.of("reading " + topic, error) : e;
        }
    }

    static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new ErrataException(Failure.TOPIC_MISMATCH, "topic " + topic + ": missing (expected: created at start)");
        }
        return partitions;
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    /** The first offset that the one partition of the topic holds. */
    long first() {
        try {
            return consumer.beginningOffsets(partitions).get(partitions.get(0));
        } catch (KafkaException e) {
            throw KafkaFailures.of("reading " + topic, e);
        }
    }

    /** Goes on at this offset of the one partition of the topic. */
    void seek(long offset) {
        read.clear();
        consumer.seek(partitions.get(0), offset);
    }

    /** The next record, waiting for one no longer than {@code wait}. */
    Optional<ConsumerRecord<byte[], byte[]>> next(Duration wait) {
        long deadline = clients.nanoTime() + wait.toNanos();
        Optional<ConsumerRecord<byte[], byte[]>> next = take();
        while (next.isEmpty()) {
            long left = deadline - clients.nanoTime();
            poll(left <= 0 ? Duration.ZERO : Duration.ofNanos(left));
            next = take();
            if (left <= 0) {
                return next;
            }
        }
        return next;
    }

    /**
     * The next record; empty only when everything before {@code ends} was given. Waits for transactions that are still open there.
     *
     * @throws ErrataException LOG_UNREACHABLE when nothing moves for two minutes
     */
    Optional<ConsumerRecord<byte[], byte[]>> nextBefore(Map<TopicPartition, Long> ends) {
        Optional<ConsumerRecord<byte[], byte[]>> next = take();
        long moved = clients.nanoTime();
        long before = -1;
        while (next.isEmpty() && !reached(ends)) {
            poll(POLL);
            next = take();
            long now = position();
            if (now != before) {
                before = now;
                moved = clients.nanoTime();
            } else if (clients.nanoTime() - moved > STALL.toNanos()) {
                throw new ErrataException(
                        Failure.LOG_UNREACHABLE, topic + ": nothing read for " + STALL + " (expected: records up to " + ends + ")");
            }
        }
        return next;
    }

    /** Records that were not given yet, as far as the broker has told. Beyond what was polled nobody knows whose they are. */
    long waiting() {
        long beyond = partitions.stream().mapToLong(partition -> consumer.currentLag(partition).orElse(0)).sum();
        return read.stream().filter(ours).count() + beyond;
    }

    private Optional<ConsumerRecord<byte[], byte[]>> take() {
        while (!read.isEmpty()) {
            ConsumerRecord<byte[], byte[]> record = read.poll();
            if (ours.test(record)) {
                return Optional.of(record);
            }
        }
        return Optional.empty();
    }

    private void poll(Duration wait) {
        try {
            consumer.poll(wait).forEach(read::add);
        } catch (KafkaException e) {
            throw KafkaFailures.of("reading " + topic, e);
        }
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> position(end.getKey()) >= end.getValue());
    }

    private long position() {
        return partitions.stream().mapToLong(this::position).sum();
    }

    private long position(TopicPartition partition) {
        try {
            return consumer.position(partition);
        } catch (KafkaException e) {
            throw KafkaFailures.of("reading " + topic, e);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
