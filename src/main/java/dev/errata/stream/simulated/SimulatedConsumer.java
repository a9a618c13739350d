package dev.errata.stream.simulated;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A consumer of assigned partitions. Waiting is what makes time pass. One thread. */
final class SimulatedConsumer extends UnusedConsumer {
    private static final Duration FETCH = Duration.ofMillis(1);

    private final SimulatedBroker broker;
    private final Fate fate;
    private final int pollRecords;
    private final boolean committedOnly;
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();

    SimulatedConsumer(SimulatedBroker broker, Fate fate, int pollRecords, boolean committedOnly) {
        this.broker = broker;
        this.fate = fate;
        this.pollRecords = pollRecords;
        this.committedOnly = committedOnly;
    }

    private void answered(String call) {
        fate.step(call);
        if (broker.down() || fate.timesOut(call)) {
            throw new TimeoutException("no answer: " + call);
        }
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        answered("partitions of " + topic);
        List<PartitionInfo> infos = new ArrayList<>();
        for (int i = 0; i < broker.logs(topic).size(); i++) {
            infos.add(new PartitionInfo(topic, i, null, null, null));
        }
        return infos;
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        positions.clear();
        partitions.forEach(partition -> positions.put(partition, broker.log(partition).first()));
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> positions.put(partition, broker.log(partition).first()));
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        positions.put(partition, offset);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        fate.step("poll " + positions.keySet());
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new LinkedHashMap<>();
        int room = broker.down() ? 0 : fate.polled(pollRecords);
        boolean moved = false;
        for (TopicPartition partition : positions.keySet()) {
            if (room > 0 && !paused.contains(partition)) {
                long before = positions.get(partition);
                List<ConsumerRecord<byte[], byte[]>> records = fetch(partition, room);
                room -= records.size();
                moved |= positions.get(partition) != before;
                if (!records.isEmpty()) {
                    found.put(partition, records);
                }
            }
        }
        broker.pass(moved ? FETCH : wait);
        return found.isEmpty() ? ConsumerRecords.empty() : new ConsumerRecords<>(found, Map.of());
    }

    private List<ConsumerRecord<byte[], byte[]>> fetch(TopicPartition partition, int most) {
        PartitionLog log = broker.log(partition);
        long limit = committedOnly ? log.lastStable() : log.end();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Entry entry : log.from(positions.get(partition))) {
            if (entry.offset() >= limit || records.size() == most) {
                return records;
            }
            positions.put(partition, entry.offset() + 1);
            if (committedOnly ? PartitionLog.committed(entry) : !entry.marker()) {
                records.add(record(partition, entry));
            }
        }
        return records;
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, Entry entry) {
        byte[] key = entry.record().key();
        byte[] value = entry.record().value();
        return new ConsumerRecord<>(
                partition.topic(), partition.partition(), entry.offset(), entry.time(), TimestampType.CREATE_TIME, length(key),
                length(value), key, value, new RecordHeaders(entry.record().headers()), Optional.empty());
    }

    private static int length(byte[] bytes) {
        return bytes == null ? -1 : bytes.length;
    }

    @Override
    public long position(TopicPartition partition) {
        return positions.get(partition);
    }

    @Override
    public OptionalLong currentLag(TopicPartition partition) {
        PartitionLog log = broker.log(partition);
        return OptionalLong.of(Math.max(0, (committedOnly ? log.lastStable() : log.end()) - positions.get(partition)));
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        answered("beginning of " + partitions);
        Map<TopicPartition, Long> first = new HashMap<>();
        partitions.forEach(partition -> first.put(partition, broker.log(partition).first()));
        return first;
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        answered("end of " + partitions);
        Map<TopicPartition, Long> ends = new HashMap<>();
        partitions.forEach(partition -> {
            PartitionLog log = broker.log(partition);
            ends.put(partition, committedOnly ? log.lastStable() : log.end());
        });
        return ends;
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
    }

    @Override
    public void close() {
        close(CloseOptions.timeout(Duration.ZERO));
    }

    @Override
    public void close(Duration wait) {
        close();
    }

    @Override
    public void close(CloseOptions options) {
        positions.clear();
    }
}
