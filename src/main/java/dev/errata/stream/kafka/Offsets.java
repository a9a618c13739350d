package dev.errata.stream.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Where partitions end and how far a group has committed. Both are asked anew each time, within the clients' time-outs. */
public interface Offsets extends AutoCloseable {
    /**
     * The offset after the last record of each partition, open transactions included.
     *
     * <p>A read_committed reader that wants all that was committed before this moment must read up to here, and not to the last stable
     * offset: another line's open transaction may hold that back below records of ours that are long committed.
     */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions);

    /**
     * The offsets that the group has committed, with their metadata, once no transaction is about to change them; partitions without any
     * are absent.
     */
    Map<TopicPartition, OffsetAndMetadata> marks(String group);

    /** The same without metadata. */
    default Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        marks(group).forEach((partition, mark) -> committed.put(partition, mark.offset()));
        return committed;
    }

    @Override
    void close();
}
