package dev.errata.stream.kafka;

import dev.errata.failure.Failure;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Turns a record that nobody could read into a dead letter: key, value and headers as received, and {@code errata-} headers that say
 * why and where from. A letter that is put back on its topic and fails again carries only the latest reason.
 *
 * <h2>Limits</h2> A dead letter must never be what blocks the log: of a record too large for the topic only the first mebibyte of the
 * value is kept, and a header tells its full size.
 */
final class DeadLetters {
    private static final String PREFIX = "errata-";
    /** The header with the failure's code. */
    static final String CODE = PREFIX + "code";
    /** The header with the message that says what was wrong. */
    static final String REASON = PREFIX + "reason";
    private static final int REASON_CHARS = 2000;
    private static final int CUT_BYTES = 1024 * 1024;
    private static final int WHOLE_BYTES = Topic.LARGE_BYTES - CUT_BYTES;

    private DeadLetters() {}

    /** @param topic where the record lay */
    static ProducerRecord<byte[], byte[]> of(ModelLine line, Topic topic, RawRecord record, Failure code, String reason, Instant now) {
        String deadLetters = line.topic(Topic.DEAD_LETTERS);
        boolean cut = record.bytes() > WHOLE_BYTES;
        ProducerRecord<byte[], byte[]> letter = cut
                ? new ProducerRecord<>(deadLetters, null, cut(record.value()))
                : new ProducerRecord<>(deadLetters, record.key(), record.value());
        if (cut) {
            add(letter, "bytes", Long.toString(record.bytes()));
        } else {
            record.headers().stream()
                    .filter(header -> !header.name().startsWith(PREFIX))
                    .forEach(header -> letter.headers().add(header.name(), header.value()));
        }
        add(letter, "code", code.name());
        add(letter, "reason", reason.length() > REASON_CHARS ? reason.substring(0, REASON_CHARS) : reason);
        add(letter, "topic", line.topic(topic));
        add(letter, "partition", Integer.toString(record.position().partition()));
        add(letter, "offset", Long.toString(record.position().offset()));
        add(letter, "time", now.toString());
        return letter;
    }

    private static byte[] cut(byte[] value) {
        return value == null ? null : Arrays.copyOf(value, Math.min(value.length, CUT_BYTES));
    }

    private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(PREFIX + name, Records.utf8(value));
    }
}
