package dev.errata.stream.kafka;

import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Headers of records on our own topics. */
public final class LogParsers {
    private LogParsers() {}

    public static List<Parser> all() {
        return List.of(
                Parser.of("Records.number", List.of(utf8("41")), Shape.BYTES, bytes -> Records.number(with("n", bytes), "n")).withShare(3),
                Parser.of("Records.time", List.of(utf8("2026-03-01T12:00:00Z")), Shape.BYTES, bytes -> Records.time(with("ce_time", bytes)))
                        .withShare(3));
    }

    static ConsumerRecord<byte[], byte[]> with(String header, byte[] value) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("errata.versions", 0, 5, null, null);
        record.headers().add(header, value);
        return record;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
