package dev.errata.stream.kafka;

import dev.errata.fact.Position;
import dev.errata.stream.RawRecord;
import dev.errata.stream.RawRecord.Header;
import dev.errata.stream.event.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Our events as Kafka records in the binary mode of the CloudEvents Kafka binding, and Kafka records as we look at them. */
public final class Records {
    private Records() {}

    public static ProducerRecord<byte[], byte[]> of(String topic, byte[] key, CloudEvent event) {
        return of(topic, null, key, event);
    }

    /** @param partition null where the key decides */
    public static ProducerRecord<byte[], byte[]> of(String topic, Integer partition, byte[] key, CloudEvent event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, key, event.data());
        Headers headers = record.headers();
        headers.add("ce_specversion", utf8("1.0"));
        headers.add("ce_id", utf8(event.id().id()));
        headers.add("ce_source", utf8(event.id().source()));
        headers.add("ce_type", utf8(event.type().type()));
        headers.add("ce_time", utf8(event.time().toString()));
        event.subject().ifPresent(subject -> headers.add("ce_subject", utf8(subject)));
        headers.add("content-type", utf8(event.type().contentType()));
        event.headers().forEach((name, value) -> headers.add(name, utf8(value)));
        return record;
    }

    static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
        Position position = new Position(record.partition(), record.offset());
        return new RawRecord(position, Instant.ofEpochMilli(record.timestamp()), record.key(), record.value(), headers(record.headers()));
    }

    /** A record as its reader will see it, before it has a position and a timestamp. */
    static RawRecord raw(ProducerRecord<byte[], byte[]> record) {
        return new RawRecord(new Position(0, 0), Instant.EPOCH, record.key(), record.value(), headers(record.headers()));
    }

    private static List<Header> headers(Headers headers) {
        List<Header> all = new ArrayList<>();
        headers.forEach(header -> all.add(new Header(header.key(), header.value())));
        return all;
    }

    /** The last header of that name as text; null where there is none. */
    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    static boolean hasKey(ConsumerRecord<byte[], byte[]> record, byte[] key) {
        return Arrays.equals(record.key(), key);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
