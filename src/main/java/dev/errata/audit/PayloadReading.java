package dev.errata.audit;

import dev.errata.delta.ChunkRef;
import dev.errata.delta.Digest;
import dev.errata.delta.PayloadRef;
import dev.errata.stream.LogSource;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Reads the payloads of the versions from one topic of chunks: every chunk is there, once, in its order and unaltered.
 *
 * <p>Does on its own what readers do with {@link dev.errata.delta.Chunks}: it is there to say whether that is right.
 *
 * <h2>Limits</h2> One payload in memory. <h2>Thread safety</h2> None: one thread.
 */
final class PayloadReading implements AutoCloseable {
    private final Evidence evidence;
    private final Topic topic;
    private LogSource.Cursor cursor;
    private RawRecord peeked;
    private long position;
    private long begin = -1;

    PayloadReading(Evidence evidence, Topic topic) {
        this.evidence = evidence;
        this.topic = topic;
        this.cursor = evidence.source.read(topic);
    }

    /** Where the payload that {@link #next} was asked for last begins; -1 where nothing of it is there. */
    long begin() {
        return begin;
    }

    /**
     * The payload of the next version that has one; empty where it is not as {@code ref} says, which is a finding.
     *
     * @param version where the version lies
     */
    Optional<byte[]> next(Place version, long number, PayloadRef ref) {
        begin = -1;
        for (Optional<RawRecord> stray = peek(); stray.isPresent() && number(stray.get()) < number; stray = peek()) {
            stray(stray.get(), "one of version " + number);
        }
        int count = ref.chunks().size();
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            Optional<RawRecord> chunk = peek().filter(record -> number(record) == number);
            if (chunk.isEmpty()) {
                evidence.findings.add(
                        Invariant.CHUNKS, version, topic.suffix() + ": no chunk " + (i + 1) + "/" + count + " of version " + number
                                + " (expected: " + count + " in order)");
                return Optional.empty();
            }
            begin = i == 0 ? chunk.get().position().offset() : begin;
            if (!isRight(chunk.get(), number, (i + 1) + "/" + count, ref.chunks().get(i))) {
                skip(number);
                return Optional.empty();
            }
            payload.writeBytes(take().value());
        }
        byte[] bytes = payload.toByteArray();
        boolean whole = bytes.length == ref.bytes() && Digest.sha256(bytes).equals(ref.sha256());
        evidence.findings.require(
                whole, Invariant.CHUNKS, version, topic.suffix() + " of version " + number + ": " + bytes.length + " bytes, SHA-256 "
                        + Digest.sha256(bytes), ref.bytes() + " bytes, " + ref.sha256());
        return whole ? Optional.of(bytes) : Optional.empty();
    }

    private boolean isRight(RawRecord record, long number, String chunk, ChunkRef ref) {
        String found = record.header(Events.CHUNK_HEADER).orElse("without a place");
        String what = "chunk " + found + " of version " + number;
        if (!found.equals(chunk)) {
            return wrong(record, what, "chunk " + chunk);
        }
        if (record.value() == null || record.value().length != ref.bytes()) {
            return wrong(record, what + ": " + (record.value() == null ? "no" : record.value().length) + " bytes", ref.bytes());
        }
        String sha256 = Digest.sha256(record.value());
        return sha256.equals(ref.sha256()) || wrong(record, what + ": SHA-256 " + sha256, ref.sha256());
    }

    private boolean wrong(RawRecord record, String found, Object expected) {
        evidence.findings.require(false, Invariant.CHUNKS, Place.of(topic, record.position()), found, expected);
        return false;
    }

    private void stray(RawRecord record, String expected) {
        String chunk = record.header(Events.CHUNK_HEADER).orElse("without a place");
        wrong(record, "chunk " + chunk + " of version " + number(record), expected);
        take();
    }

    private void skip(long number) {
        while (peek().filter(record -> number(record) == number).isPresent()) {
            take();
        }
    }

    /** To be called after the last version: what is left belongs to none that is there. */
    void finish() {
        long newest = evidence.versions.head();
        for (Optional<RawRecord> left = peek(); left.isPresent(); left = peek()) {
            if (number(left.get()) <= newest || evidence.snapshot.atRest()) {
                stray(left.get(), "one of a version that is there, once");
            } else {
                take();
            }
        }
    }

    private static long number(RawRecord record) {
        return Evidence.number(record, Events.VERSION_HEADER);
    }

    private RawRecord take() {
        RawRecord taken = peek().orElseThrow();
        peeked = null;
        return taken;
    }

    /** At the end it looks again: by now all chunks of a version that was seen were written. */
    private Optional<RawRecord> peek() {
        if (peeked == null) {
            peeked = advance();
        }
        if (peeked == null) {
            cursor.close();
            cursor = evidence.source.read(topic, position);
            peeked = advance();
        }
        return Optional.ofNullable(peeked);
    }

    private RawRecord advance() {
        for (Optional<RawRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
            RawRecord record = next.get();
            position = record.position().offset() + 1;
            if (evidence.ofLine(record)) {
                evidence.count(Place.of(topic, record.position()), record);
                return record;
            }
        }
        return null;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
