package dev.errata.stream.simulated;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** One transaction at the coordinator. It ends at once; its markers are written one by one some time later. Not thread-safe. */
final class OpenTransaction {
    enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    final long began;
    final Set<TopicPartition> unmarked = new LinkedHashSet<>();
    final Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets = new HashMap<>();
    State state = State.OPEN;

    OpenTransaction(long began) {
        this.began = began;
    }

    /** Whether a reader of committed records must wait before a record of this transaction. */
    boolean undecided(TopicPartition partition) {
        return unmarked.contains(partition);
    }
}
