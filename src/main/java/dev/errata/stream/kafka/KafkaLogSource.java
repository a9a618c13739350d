package dev.errata.stream.kafka;

import dev.errata.failure.ErrataException;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** {@link LogSource} on Kafka. */
public final class KafkaLogSource implements LogSource {
    private static final int POLL_RECORDS = 500;
    /** Chunks are large: a few at a time. */
    private static final int POLL_CHUNKS = 8;

    private final ClientFactory clients;
    private final ModelLine line;
    private final Opened opened = new Opened();
    private final Offsets offsets;

    public KafkaLogSource(ClientFactory clients, ModelLine line) {
        this.clients = clients;
        this.line = line;
        this.offsets = opened.add(clients.offsets());
    }

    @Override
    public List<Part> parts(Topic topic) {
        Consumer<byte[], byte[]> consumer = clients.consumer("none", 1);
        try {
            List<TopicPartition> partitions = LogReader.partitions(consumer, line.topic(topic));
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            // Of a read_committed consumer these are the last stable offsets.
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            return partitions.stream().map(p -> new Part(p.partition(), begins.get(p), ends.get(p))).toList();
        } catch (KafkaException e) {
            throw KafkaFailures.of("asking for the bounds of " + line.topic(topic), e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Override
    public Map<Integer, Long> consumed(Topic topic) {
        String role = switch (topic) {
            case FACTS -> KafkaIntakeLog.ROLE;
            case BATCHES -> KafkaEditLog.ROLE;
            default -> throw new IllegalArgumentException("topic: " + topic + " (expected: FACTS or BATCHES)");
        };
        Map<Integer, Long> consumed = new HashMap<>();
        offsets.committed(line.role(role)).forEach((partition, offset) -> {
            if (partition.topic().equals(line.topic(topic))) {
                consumed.put(partition.partition(), offset);
            }
        });
        return consumed;
    }

    @Override
    public Cursor read(Topic topic) {
        return cursor(reader(topic));
    }

    @Override
    public Cursor read(Topic topic, long from) {
        if (topic.spread() != Topic.Spread.ONE) {
            throw new IllegalArgumentException("topic: " + topic + " (expected: one of one partition)");
        }
        LogReader reader = reader(topic);
        reader.seek(from);
        return cursor(reader);
    }

    private LogReader reader(Topic topic) {
        boolean chunks = topic == Topic.DELTAS || topic == Topic.KEYS;
        return new LogReader(clients, line.topic(topic), record -> true, chunks ? POLL_CHUNKS : POLL_RECORDS);
    }

    private Cursor cursor(LogReader reader) {
        try {
            return new ReaderCursor(reader, offsets.ends(reader.partitions()));
        } catch (ErrataException e) {
            reader.close();
            throw e;
        }
    }

    private record ReaderCursor(LogReader reader, Map<TopicPartition, Long> ends) implements Cursor {
        @Override
        public Optional<RawRecord> next() {
            return reader.nextBefore(ends).map(Records::raw);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    @Override
    public void close() {
        opened.close();
    }
}
