package dev.errata.stream.kafka;

import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.RawRecord;
import dev.errata.stream.RawRecord.Header;
import dev.errata.stream.event.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Our events as Kafka records in the binary mode of the CloudEvents Kafka binding, and Kafka records as we look at them. */
public final class Records {
    private static final String TIME = "ce_time";

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
        headers.add(TIME, utf8(event.time().toString()));
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

    /**
     * The last header of that name as a number.
     *
     * @throws ErrataException RECORD_UNREADABLE
     */
    static OptionalLong number(ConsumerRecord<byte[], byte[]> record, String name) {
        String text = header(record, name);
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw unreadable(record, name, text, "a number", e);
        }
    }

    /**
     * The time that an event of ours names.
     *
     * @throws ErrataException RECORD_UNREADABLE where it names none
     */
    public static Instant time(ConsumerRecord<byte[], byte[]> record) {
        String text = header(record, TIME);
        try {
            return Instant.parse(text == null ? "" : text);
        } catch (DateTimeException e) {
            throw unreadable(record, TIME, text, "an instant", e);
        }
    }

    private static ErrataException unreadable(
            ConsumerRecord<byte[], byte[]> record, String name, String text, String expected, RuntimeException cause) {
        String place = record.topic() + " " + record.partition() + "@" + record.offset();
        return new ErrataException(
                Failure.RECORD_UNREADABLE, place + ": " + name + ": " + text + " (expected: " + expected + ")", cause);
    }

    static boolean hasKey(ConsumerRecord<byte[], byte[]> record, byte[] key) {
        return Arrays.equals(record.key(), key);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
