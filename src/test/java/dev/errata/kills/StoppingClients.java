package dev.errata.kills;

import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.Offsets;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Clients of a real broker whose transactions can stop at a {@link Step}. */
record StoppingClients(ClientFactory clients, Stop stop) implements ClientFactory {
    @Override
    public Producer<byte[], byte[]> transactional(String transactionalId) {
        return new StoppingProducer(clients.transactional(transactionalId), stop, transactionalId.endsWith(".accumulator"));
    }

    @Override
    public Consumer<byte[], byte[]> consumer(String reset, int pollRecords) {
        return clients.consumer(reset, pollRecords);
    }

    @Override
    public Offsets offsets() {
        return clients.offsets();
    }

    @Override
    public long nanoTime() {
        return clients.nanoTime();
    }
}
