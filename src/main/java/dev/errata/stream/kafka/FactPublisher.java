package dev.errata.stream.kafka;

import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.Position;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.FactReader;
import dev.errata.stream.event.RecordKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Puts fact changes on the facts topic, for the faces. What the accumulator would refuse is refused here before anything is sent.
 *
 * <p>At least once: after an exception some changes may have been written. Publish them again with the same event ids; the accumulator
 * takes each once.
 *
 * <h2>Thread safety</h2> Safe.
 */
public final class FactPublisher implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final String topic;
    private final FactReader reader;
    private final Clock clock;
    private final KafkaProducer<byte[], byte[]> producer;

    public FactPublisher(KafkaSettings settings, Topics topics, FactLimits limits, Clock clock) {
        this.topic = topics.name(Topic.FACTS);
        this.reader = new FactReader(limits);
        this.clock = clock;
        this.producer = Clients.plain(settings);
    }

    /**
     * Writes all of them; returns when the broker has them.
     *
     * @return where each lies, in the same order
     * @throws dev.errata.failure.ErrataException FACT_UNREADABLE or FACT_TOO_LARGE, and nothing was written; LOG_UNREACHABLE
     */
    public List<Position> publish(List<FactChange> changes) {
        return publishTo(changes.stream().map(FactEvent::new).toList());
    }

    /** The same, each for the lines that it names. */
    public List<Position> publishTo(List<FactEvent> facts) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (FactEvent fact : facts) {
            ProducerRecord<byte[], byte[]> record = record(fact);
            reader.read(Records.raw(record));
            records.add(record);
        }
        return send(records);
    }

    /** What a change takes on the topic: key, value and headers. */
    public long bytes(FactChange change) {
        return Records.raw(record(new FactEvent(change))).bytes();
    }

    private ProducerRecord<byte[], byte[]> record(FactEvent fact) {
        return Records.of(topic, RecordKey.subject(fact.change().key()), Events.of(fact));
    }

    /** Writes a record as it is, whatever it holds, as any producer may: what cannot be read becomes a dead letter. */
    public Position publishRaw(byte[] key, byte[] value) {
        return send(List.of(new ProducerRecord<>(topic, key, value))).get(0);
    }

    /** Asks for everything that was written before to be sealed; with a model, only by that line. */
    public void flush(Optional<String> model) {
        CloudEvent flush = Events.flush(new EventId("/errata/publisher", UUID.randomUUID().toString()), model, clock.instant());
        // One in each partition: only there is it read after all that was written before.
        send(partitions().stream().map(partition -> Records.of(topic, partition, null, flush)).toList());
    }

    private List<Integer> partitions() {
        try {
            return producer.partitionsFor(topic).stream().map(info -> info.partition()).toList();
        } catch (KafkaException e) {
            throw KafkaFailures.of("publishing to " + topic, e);
        }
    }

    private List<Position> send(List<ProducerRecord<byte[], byte[]>> records) {
        try {
            List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
            return sent.stream().map(future -> position(Answers.of("publishing to " + topic, future))).toList();
        } catch (KafkaException e) {
            throw KafkaFailures.of("publishing to " + topic, e);
        }
    }

    private static Position position(RecordMetadata metadata) {
        return new Position(metadata.partition(), metadata.offset());
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
