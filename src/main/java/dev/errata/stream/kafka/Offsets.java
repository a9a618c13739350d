package dev.errata.stream.kafka;

import dev.errata.stream.KafkaSettings;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the broker where partitions end and how far a group has committed.
 *
 * <h2>Thread safety</h2> Safe.
 */
final class Offsets implements AutoCloseable {
    private final Admin admin;

    Offsets(KafkaSettings settings) {
        this.admin = Clients.admin(settings);
    }

    /**
     * The offset after the last record of each partition, open transactions included.
     *
     * <p>A read_committed reader that wants all that was committed before this moment must read up to here, and not to the last stable
     * offset: another line's open transaction may hold that back below records of ours that are long committed.
     */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        var asked = partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        var answer = admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)).all();
        Map<TopicPartition, Long> ends = new HashMap<>();
        Answers.of("asking for the end of " + partitions, answer).forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    /** The offsets that the group has committed, once no transaction is about to change them; partitions without any are absent. */
    Map<TopicPartition, Long> committed(String group) {
        var answer = admin.listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata();
        Map<TopicPartition, Long> committed = new HashMap<>();
        Answers.of("asking for the offsets of " + group, answer).forEach((partition, offset) -> {
            if (offset != null) {
                committed.put(partition, offset.offset());
            }
        });
        return committed;
    }

    @Override
    public void close() {
        admin.close();
    }
}
