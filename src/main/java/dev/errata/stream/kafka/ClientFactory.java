package dev.errata.stream.kafka;

import dev.errata.stream.KafkaSettings;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Where the logs of a line get their clients from. All that this package does to a broker goes through them, so a broker that is
 * simulated at this seam has the whole of it under it, unchanged.
 *
 * <h2>Thread safety</h2> Safe; what it makes is its caller's to use and to close.
 */
public interface ClientFactory {
    /** Clients of a real broker. */
    static ClientFactory of(KafkaSettings settings) {
        return new ClientFactory() {
            @Override
            public Producer<byte[], byte[]> transactional(String transactionalId) {
                return Clients.transactional(settings, transactionalId);
            }

            @Override
            public Consumer<byte[], byte[]> consumer(String reset, int pollRecords) {
                return Clients.consumer(settings, reset, pollRecords);
            }

            @Override
            public Offsets offsets() {
                return new AdminOffsets(settings);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }

    /** A producer whose transactions are fenced by this id. */
    Producer<byte[], byte[]> transactional(String transactionalId);

    /**
     * A read_committed consumer without a group.
     *
     * @param reset {@code auto.offset.reset}: what happens at a position that the topic does not hold
     * @param pollRecords records that one poll may return
     */
    Consumer<byte[], byte[]> consumer(String reset, int pollRecords);

    Offsets offsets();

    /** Nanoseconds as they pass for whoever waits for these clients; says nothing about the time of day. */
    long nanoTime();
}
