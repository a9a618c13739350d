package dev.errata.api;

import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.RawRecord.Header;
import dev.errata.fact.Position;
import dev.errata.stream.Topic;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.kafka.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Plays accumulator and worker towards a process with the role api: reads what it publishes, writes what it shows. */
final class LineOnBroker implements AutoCloseable {
    private final ModelLine line;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    LineOnBroker(String bootstrapServers, ModelLine line) {
        this.line = line;
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    void write(Topic topic, byte[] key, CloudEvent event) throws Exception {
        producer.send(Records.of(line.topic(topic), key, event)).get();
    }

    /** Everything on a topic, by partition and offset. */
    List<RawRecord> read(Topic topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(line.topic(topic)).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<RawRecord> all = new ArrayList<>();
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> all.add(raw(record)));
        }
        return all;
    }

    private static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        Position position = new Position(record.partition(), record.offset());
        return new RawRecord(position, Instant.ofEpochMilli(record.timestamp()), record.key(), record.value(), headers);
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
