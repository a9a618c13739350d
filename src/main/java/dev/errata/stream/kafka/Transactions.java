package dev.errata.stream.kafka;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Writes whole transactions under one transactional id; whoever opens the id last fences the others.
 *
 * <p>A failed transaction is never tried again here. Nobody can tell from inside which half of the memory around it is still true, so
 * the owner throws everything away and recovers from the log. A commit whose answer does not come is the one exception: it may have
 * happened, so it is asked for again and never turned into an abort.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class Transactions implements AutoCloseable {
    private static final int COMMIT_TRIES = 3;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private boolean broken;

    /** Waits until every transaction that was begun under this id before is committed or aborted for good. */
    Transactions(Producer<byte[], byte[]> producer) {
        this.producer = producer;
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw KafkaFailures.of("opening the transactional id", e);
        }
    }

    /** What may be put into a transaction. */
    final class Outbox {
        private Outbox() {}

        void send(ProducerRecord<byte[], byte[]> record) {
            producer.send(record);
        }

        /** The partitions of a topic. */
        List<Integer> partitions(String topic) {
            return producer.partitionsFor(topic).stream().map(PartitionInfo::partition).toList();
        }

        void consumed(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
            producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(group));
        }
    }

    /**
     * Fills one transaction and commits it.
     *
     * @throws ErrataException WORKER_FENCED, COMMIT_ABORTED or COMMIT_UNKNOWN; a code that {@code fill} throws passes through after the
     *     abort
     */
    void commit(Consumer<Outbox> fill) {
        if (broken) {
            throw new IllegalStateException("a transaction failed before (expected: a new log after a failure)");
        }
        broken = true;
        try {
            producer.beginTransaction();
            fill.accept(new Outbox());
        } catch (RuntimeException e) {
            throw aborted(e, Failure.COMMIT_ABORTED);
        }
        commit();
        broken = false;
    }

    private void commit() {
        for (int tries = 1; ; tries++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (tries == COMMIT_TRIES) {
                    throw KafkaFailures.of(Failure.COMMIT_UNKNOWN, "no answer to " + tries + " requests to commit", e);
                }
            } catch (InterruptException e) {
                throw KafkaFailures.of(Failure.COMMIT_UNKNOWN, "interrupted while committing", e);
            } catch (KafkaException e) {
                throw aborted(e, Failure.COMMIT_UNKNOWN);
            }
        }
    }

    /**
     * Aborts because of {@code cause}. An old epoch alone can also mean that the broker ended a transaction that took too long; whether
     * somebody else has taken over is what the coordinator answers to the abort.
     */
    private ErrataException aborted(RuntimeException cause, Failure otherwise) {
        try {
            producer.abortTransaction();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            boolean fenced = e instanceof ProducerFencedException || cause instanceof ProducerFencedException;
            return KafkaFailures.of(fenced ? Failure.WORKER_FENCED : otherwise, "transaction not finished", cause);
        }
        if (cause instanceof ErrataException coded) {
            return coded;
        }
        return KafkaFailures.of(Failure.COMMIT_ABORTED, "transaction aborted", cause);
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
