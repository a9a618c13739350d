package dev.errata.stream.simulated;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.Offsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** The clients of one process. One thread. */
public final class SimulatedClients implements ClientFactory {
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final int RETRIES = 600;

    private final SimulatedBroker broker;
    private final Fate fate;
    private final Misdeed misdeed;

    /** @param misdeed what is wrong with these clients, for checks of the checks */
    public SimulatedClients(SimulatedBroker broker, Fate fate, Misdeed misdeed) {
        this.broker = broker;
        this.fate = fate;
        this.misdeed = misdeed;
    }

    @Override
    public Producer<byte[], byte[]> transactional(String transactionalId) {
        if (misdeed == Misdeed.NO_FENCING) {
            return new SimulatedProducer(broker, fate, transactionalId + "-" + broker.changes());
        }
        return misdeed == Misdeed.NONE
                ? new SimulatedProducer(broker, fate, transactionalId)
                : new FaultyProducer(broker, fate, transactionalId, misdeed);
    }

    @Override
    public Consumer<byte[], byte[]> consumer(String reset, int pollRecords) {
        return new SimulatedConsumer(broker, fate, pollRecords, misdeed != Misdeed.DIRTY_READS);
    }

    @Override
    public Offsets offsets() {
        return new Offsets() {
            @Override
            public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
                answered("end of " + partitions);
                Map<TopicPartition, Long> ends = new HashMap<>();
                partitions.forEach(partition -> ends.put(partition, broker.log(partition).end()));
                return ends;
            }

            @Override
            public Map<TopicPartition, OffsetAndMetadata> marks(String group) {
                answered("offsets of " + group);
                for (int tries = 0; broker.unstable(group); tries++) {
                    if (tries == RETRIES) {
                        throw unreachable("offsets of " + group);
                    }
                    broker.pass(RETRY);
                }
                return broker.committed(group);
            }

            @Override
            public void close() {
                // There is no connection to end.
            }
        };
    }

    private void answered(String call) {
        fate.step(call);
        if (broker.down() || fate.timesOut(call)) {
            throw unreachable(call);
        }
    }

    private static ErrataException unreachable(String call) {
        return new ErrataException(Failure.LOG_UNREACHABLE, call + ": no answer (expected: one in time)");
    }

    @Override
    public long nanoTime() {
        return broker.nanos();
    }
}
