package dev.errata.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what a line has on one topic, from the beginning: first up to now, then what comes.
 *
 * <p>In the order of the log within a partition; topics with many partitions have no order between them.
 *
 * <h2>Limits</h2> {@link #catchUp} holds all that it gives in memory. <h2>Thread safety</h2> None: one thread.
 */
public final class TopicReader<T> implements AutoCloseable {
    private final Opened opened = new Opened();
    private final LogReader log;
    private final Offsets offsets;
    private final Function<ConsumerRecord<byte[], byte[]>, Optional<T>> decoder;

    /** @param decoder empty for a record that is none of these */
    TopicReader(
            ClientFactory clients,
            String topic,
            Predicate<ConsumerRecord<byte[], byte[]>> ours,
            Function<ConsumerRecord<byte[], byte[]>, Optional<T>> decoder) {
        this.decoder = decoder;
        try {
            this.offsets = opened.add(clients.offsets());
            this.log = opened.add(new LogReader(clients, topic, ours));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Everything that was committed before this call and was not given yet. */
    public List<T> catchUp() {
        Map<TopicPartition, Long> ends = offsets.ends(log.partitions());
        List<T> all = new ArrayList<>();
        for (var next = log.nextBefore(ends); next.isPresent(); next = log.nextBefore(ends)) {
            decoder.apply(next.get()).ifPresent(all::add);
        }
        return all;
    }

    /** The next one, waiting for it no longer than {@code wait}. */
    public Optional<T> next(Duration wait) {
        return log.next(wait).flatMap(decoder);
    }

    @Override
    public void close() {
        opened.close();
    }
}
