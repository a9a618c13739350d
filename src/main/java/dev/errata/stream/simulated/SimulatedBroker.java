package dev.errata.stream.simulated;

import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.kafka.Records;
import dev.errata.stream.simulated.OpenTransaction.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;

/**
 * Topics, transactions and offsets as a Kafka with transaction protocol 2 keeps them: whoever opens a transactional id fences the owner
 * before, the epoch grows with every transaction, an open one is aborted after a minute, and the markers of one that has ended are
 * written some time later, partition by partition.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public final class SimulatedBroker {
    /** As the producers ask for. */
    private static final long TRANSACTION_NANOS = Duration.ofMinutes(1).toNanos();

    private final IntPredicate onceIn;
    private final Map<String, List<PartitionLog>> topics = new TreeMap<>();
    private final List<String> compacted = new ArrayList<>();
    private final Map<String, Owner> owners = new TreeMap<>();
    private final Map<String, Map<TopicPartition, OffsetAndMetadata>> groups = new HashMap<>();
    private final List<OpenTransaction> unmarked = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();
    private long nanos;
    private long changes;
    private boolean down;

    /** What the coordinator knows of a transactional id. */
    private static final class Owner {
        private long opened;
        private long epoch;
        private long ended = -1;
        private OpenTransaction current;
    }

    /** A request to commit that is still on its way. */
    private record Late(String id, long opened, long epoch) {}

    /** @param onceIn whether what happens about once in so many times does so now: markers are written, late requests arrive */
    public SimulatedBroker(Topics names, int partitions, IntPredicate onceIn) {
        this.onceIn = onceIn;
        for (Topic topic : Topic.values()) {
            String name = names.name(topic);
            List<PartitionLog> logs = new ArrayList<>();
            for (int i = 0; i < (topic.spread() == Topic.Spread.ONE ? 1 : partitions); i++) {
                logs.add(new PartitionLog(new TopicPartition(name, i)));
            }
            topics.put(name, logs);
            if (topic.kept() == Topic.Kept.LAST) {
                compacted.add(name);
            }
        }
    }

    /** Time since the beginning. */
    public long nanos() {
        return nanos;
    }

    /** Time passes: open transactions expire, markers are written, late requests arrive. */
    public void pass(Duration time) {
        nanos += time.toNanos();
        for (Owner owner : owners.values()) {
            if (owner.current != null && owner.current.state == State.OPEN && nanos - owner.current.began > TRANSACTION_NANOS) {
                owner.epoch++;
                end(owner, State.ABORTED);
            }
        }
        for (Late request : List.copyOf(late)) {
            if (onceIn.test(4)) {
                late.remove(request);
                arrive(request);
            }
        }
        unmarked.removeIf(transaction -> {
            for (TopicPartition partition : List.copyOf(transaction.unmarked)) {
                if (onceIn.test(3)) {
                    mark(transaction, partition);
                }
            }
            return settled(transaction);
        });
    }

    private void arrive(Late request) {
        Owner owner = owners.get(request.id);
        if (owner.opened == request.opened && owner.epoch == request.epoch && owner.current != null) {
            end(owner, State.COMMITTED);
            owner.ended = owner.epoch++;
        }
    }

    /** Whether nobody is answered. */
    public void down(boolean is) {
        down = is;
    }

    boolean down() {
        return down;
    }

    /** How many records, markers and offsets were ever written; grows as long as somebody works. */
    public long changes() {
        return changes;
    }

    /** Compacts what is compacted. */
    public void compact() {
        compacted.forEach(topic -> topics.get(topic).forEach(PartitionLog::compact));
    }

    List<PartitionLog> logs(String topic) {
        List<PartitionLog> logs = topics.get(topic);
        if (logs == null) {
            throw new UnknownTopicOrPartitionException(topic);
        }
        return logs;
    }

    PartitionLog log(TopicPartition partition) {
        return logs(partition.topic()).get(partition.partition());
    }

    /** Writes an event outside any transaction, as upstream does. */
    public void publish(String topic, Integer partition, byte[] key, CloudEvent event) {
        append(Records.of(topic, partition, key, event));
    }

    /** The same with bytes that need not mean anything. */
    public void publish(String topic, Integer partition, byte[] key, byte[] value) {
        append(new ProducerRecord<>(topic, partition, key, value));
    }

    void append(ProducerRecord<byte[], byte[]> record) {
        append(record, null);
    }

    private void append(ProducerRecord<byte[], byte[]> record, OpenTransaction transaction) {
        List<PartitionLog> logs = logs(record.topic());
        int partition = record.partition() != null
                ? record.partition()
                : record.key() == null ? 0 : Utils.toPositive(Utils.murmur2(record.key())) % logs.size();
        if (transaction != null) {
            transaction.unmarked.add(new TopicPartition(record.topic(), partition));
        }
        logs.get(partition).append(nanos / 1_000_000, record, transaction);
        changes++;
    }

    /** @return the number that stands for this opening, and fences all before */
    long open(String id) {
        Owner owner = owners.computeIfAbsent(id, any -> new Owner());
        if (owner.current != null && owner.current.state == State.OPEN) {
            end(owner, State.ABORTED);
        }
        finish(owner);
        owner.epoch++;
        return ++owner.opened;
    }

    long epoch(String id) {
        return owners.get(id).epoch;
    }

    /** The transaction that this owner fills, begun if there is none. */
    private OpenTransaction filled(String id, long opened, long epoch) {
        Owner owner = owners.get(id);
        if (owner.opened != opened || owner.epoch != epoch) {
            throw new InvalidProducerEpochException(id + ": epoch " + epoch + " (expected: " + owner.epoch + ")");
        }
        if (owner.current == null || owner.current.state != State.OPEN) {
            finish(owner);
            owner.current = new OpenTransaction(nanos);
        }
        return owner.current;
    }

    void produce(String id, long opened, long epoch, ProducerRecord<byte[], byte[]> record) {
        append(record, filled(id, opened, epoch));
    }

    void consume(String id, long opened, long epoch, String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        filled(id, opened, epoch).offsets.computeIfAbsent(group, any -> new HashMap<>()).putAll(offsets);
    }

    /** Commits or aborts; asking again for what was done is answered again. */
    void end(String id, long opened, long epoch, boolean commit) {
        Owner owner = owners.get(id);
        if (owner.opened != opened) {
            throw new ProducerFencedException(id + " was opened by another producer");
        }
        if (commit && owner.ended == epoch) {
            return;
        }
        if (owner.epoch != epoch) {
            throw new InvalidProducerEpochException(id + ": epoch " + epoch + " (expected: " + owner.epoch + ")");
        }
        if (owner.current != null && owner.current.state == State.OPEN) {
            end(owner, commit ? State.COMMITTED : State.ABORTED);
        }
        if (commit) {
            owner.ended = owner.epoch;
        }
        owner.epoch++;
    }

    /** The request comes some time later, or never. */
    void endLate(String id, long opened, long epoch) {
        late.add(new Late(id, opened, epoch));
    }

    private void end(Owner owner, State state) {
        owner.current.state = state;
        unmarked.add(owner.current);
    }

    private void finish(Owner owner) {
        if (owner.current != null) {
            List.copyOf(owner.current.unmarked).forEach(partition -> mark(owner.current, partition));
            settled(owner.current);
        }
    }

    private void mark(OpenTransaction transaction, TopicPartition partition) {
        transaction.unmarked.remove(partition);
        log(partition).append(nanos / 1_000_000, null, transaction);
        changes++;
    }

    /** Offsets are the last to become visible. */
    private boolean settled(OpenTransaction transaction) {
        if (!transaction.unmarked.isEmpty()) {
            return false;
        }
        if (transaction.state == State.COMMITTED) {
            transaction.offsets.forEach(this::commitOffsets);
        }
        transaction.offsets.clear();
        return true;
    }

    void commitOffsets(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        groups.computeIfAbsent(group, any -> new HashMap<>()).putAll(offsets);
        changes++;
    }

    Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        return new HashMap<>(groups.getOrDefault(group, Map.of()));
    }

    /** Whether a transaction is about to change the group's offsets. */
    boolean unstable(String group) {
        return owners.values().stream().anyMatch(owner -> owner.current != null && owner.current.offsets.containsKey(group));
    }
}
