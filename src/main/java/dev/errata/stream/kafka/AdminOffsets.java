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
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the broker.
 *
 * <h2>Thread safety</h2> Safe.
 */
final class AdminOffsets implements Offsets {
    private final Admin admin;

    AdminOffsets(KafkaSettings settings) {
        this.admin = Clients.admin(settings);
    }

    @Override
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        var asked = partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        var answer = admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)).all();
        Map<TopicPartition, Long> ends = new HashMap<>();
        Answers.of("asking for the end of " + partitions, answer).forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> marks(String group) {
        var answer = admin.listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata();
        Map<TopicPartition, OffsetAndMetadata> marks = new HashMap<>();
        Answers.of("asking for the offsets of " + group, answer).forEach((partition, offset) -> {
            if (offset != null) {
                marks.put(partition, offset);
            }
        });
        return marks;
    }

    @Override
    public void close() {
        admin.close();
    }
}
