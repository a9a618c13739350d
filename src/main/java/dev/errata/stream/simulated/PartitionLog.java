package dev.errata.stream.simulated;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The records of one partition. Not thread-safe. */
final class PartitionLog {
    private final TopicPartition partition;
    private final List<Entry> entries = new ArrayList<>();
    private long end;

    PartitionLog(TopicPartition partition) {
        this.partition = partition;
    }

    long append(long time, ProducerRecord<byte[], byte[]> record, OpenTransaction transaction) {
        entries.add(new Entry(end, time, record, transaction));
        return end++;
    }

    long end() {
        return end;
    }

    long first() {
        return entries.isEmpty() ? end : entries.get(0).offset();
    }

    /** The first offset of a transaction that is not decided here yet; else the end. */
    long lastStable() {
        for (Entry entry : entries) {
            if (entry.transaction() != null && !entry.marker() && entry.transaction().undecided(partition)) {
                return entry.offset();
            }
        }
        return end;
    }

    /** Entries from an offset on, gaps left out. */
    List<Entry> from(long offset) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return entries.subList(low, entries.size());
    }

    static boolean committed(Entry entry) {
        return !entry.marker() && (entry.transaction() == null || entry.transaction().state == OpenTransaction.State.COMMITTED);
    }

    /** Removes what a later committed record of the same key replaces, markers and aborted records; never the last entry. */
    void compact() {
        long stable = lastStable();
        Map<ByteBuffer, Long> last = new HashMap<>();
        for (Entry entry : entries) {
            if (entry.offset() < stable && committed(entry)) {
                last.put(ByteBuffer.wrap(entry.record().key()), entry.offset());
            }
        }
        entries.removeIf(entry -> entry.offset() < stable
                && entry.offset() < end - 1
                && !(committed(entry) && last.get(ByteBuffer.wrap(entry.record().key())) == entry.offset()));
    }
}
