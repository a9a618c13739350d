package dev.errata.stream.kafka;

import dev.errata.failure.Failure;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Turns a record that is given up into a dead letter, and a dead letter into a record again.
 *
 * <p>A letter has key, value and headers as received, and {@code errata-} headers that say why and where from. When it is put back its
 * history goes with it: how often it was given up, and when and why for the first time. Should it fail again, the next letter tells both
 * the first reason and the latest.
 *
 * <h2>Limits</h2> A dead letter must never be what blocks the log: of a record too large for the topic only the first mebibyte of the
 * value is kept, and a header tells its full size.
 */
final class DeadLetters {
    private static final String PREFIX = RawRecord.HISTORY;
    /** The header with the failure's code. */
    static final String CODE = PREFIX + "code";
    /** The header with the message that says what was wrong. */
    static final String REASON = PREFIX + "reason";
    /** Only on a letter whose value was cut. */
    private static final String BYTES = "bytes";
    private static final String TOPIC = "topic";
    private static final String PARTITION = "partition";
    private static final String ATTEMPTS = "attempts";
    private static final String FIRST = "first-";
    private static final List<String> SINCE_FIRST = List.of("time", "code", "reason");
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
            add(letter, BYTES, Long.toString(record.bytes()));
        } else {
            record.headers().stream()
                    .filter(header -> !header.name().startsWith(PREFIX))
                    .forEach(header -> letter.headers().add(header.name(), header.value()));
        }
        add(letter, "code", code.name());
        add(letter, "reason", shortened(reason));
        add(letter, TOPIC, line.topic(topic));
        add(letter, PARTITION, Integer.toString(record.position().partition()));
        add(letter, "offset", Long.toString(record.position().offset()));
        add(letter, "time", now.toString());
        history(record, letter);
        return letter;
    }

    /** What was told before, or else what is told now for the first time. */
    private static void history(RawRecord record, ProducerRecord<byte[], byte[]> letter) {
        DeadLetter before = new DeadLetter("", "", record);
        int attempts = before.told(ATTEMPTS).filter(text -> text.matches("\\d{1,9}")).map(Integer::parseInt).orElse(0);
        add(letter, ATTEMPTS, Integer.toString(attempts + 1));
        for (String name : SINCE_FIRST) {
            String now = new String(letter.headers().lastHeader(PREFIX + name).value(), StandardCharsets.UTF_8);
            add(letter, FIRST + name, before.told(FIRST + name).map(DeadLetters::shortened).orElse(now));
        }
    }

    private static String shortened(String reason) {
        return reason.length() > REASON_CHARS ? reason.substring(0, REASON_CHARS) : reason;
    }

    /** Why a letter cannot be put back; empty when it can. */
    static Optional<String> kept(DeadLetter letter, String facts) {
        String topic = letter.told(TOPIC).orElse("none");
        if (!topic.equals(facts)) {
            // Intents have one order, and what came after this one was done without it.
            return Optional.of("topic: " + topic + " (expected: " + facts + ")");
        }
        return letter.told(BYTES).map(bytes -> "value: cut, " + bytes + " bytes were sent (expected: a whole one)");
    }

    /** The record as it was received, with its history. */
    static ProducerRecord<byte[], byte[]> again(DeadLetter letter, String facts) {
        RawRecord record = letter.record();
        // Without a key only its old place keeps it with others of its subject.
        Integer partition = record.key() == null ? letter.told(PARTITION).map(Integer::valueOf).orElse(null) : null;
        ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(facts, partition, record.key(), record.value());
        record.headers().stream()
                .filter(header -> !header.name().startsWith(PREFIX) || isHistory(header.name()))
                .forEach(header -> again.headers().add(header.name(), header.value()));
        return again;
    }

    private static boolean isHistory(String name) {
        return name.equals(PREFIX + ATTEMPTS) || SINCE_FIRST.stream().anyMatch(since -> name.equals(PREFIX + FIRST + since));
    }

    private static byte[] cut(byte[] value) {
        return value == null ? null : Arrays.copyOf(value, Math.min(value.length, CUT_BYTES));
    }

    private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(PREFIX + name, Records.utf8(value));
    }
}
