package dev.errata.stream.kafka;

import dev.errata.delta.Chunk;
import dev.errata.delta.Chunks;
import dev.errata.delta.PayloadRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.ModelLine;
import dev.errata.stream.event.EventType;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the payloads of a line's versions from one topic of chunks, in the order of the versions.
 *
 * <p>A version becomes visible an instant before or after its chunks do. So when a chunk is not there yet, this waits for exactly what
 * lies in the topic when the version is known; only what is not among that is missing.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class PayloadReader implements AutoCloseable {
    /** Chunks are large: a few at a time. */
    private static final int POLL_RECORDS = 8;

    private final EventType type;
    private final LogReader chunks;
    private final Offsets offsets;

    /** @param type DELTA_CHUNK or PAIRS_CHUNK */
    PayloadReader(ClientFactory clients, ModelLine line, EventType type, Offsets offsets) {
        this.type = type;
        byte[] key = RecordKey.of(line.model());
        this.chunks = new LogReader(clients, line.topic(type.topic()), record -> Records.hasKey(record, key), POLL_RECORDS);
        this.offsets = offsets;
    }

    /**
     * Goes to where the chunks of this version begin, by halving what lies before and behind: versions lie in their order. Where it has
     * none, that is the place of the next one's.
     *
     * @throws ErrataException CHUNK_INVALID for a chunk that names no version
     */
    void seek(long version) {
        TopicPartition partition = chunks.partitions().get(0);
        long low = chunks.first();
        long high = offsets.ends(chunks.partitions()).get(partition);
        while (low < high) {
            long middle = low + (high - low) / 2;
            chunks.seek(middle);
            // What was polled may go on beyond the end that was asked for.
            var found = chunks.nextBefore(Map.of(partition, high));
            if (found.isPresent() && found.get().offset() < high && versionOf(found.get()) < version) {
                low = found.get().offset() + 1;
            } else {
                high = middle;
            }
        }
        chunks.seek(low);
    }

    private long versionOf(ConsumerRecord<byte[], byte[]> record) {
        return Records.number(record, Events.VERSION_HEADER).orElseThrow(() -> new ErrataException(
                Failure.CHUNK_INVALID, type.topic().suffix() + ": a chunk of no version at offset " + record.offset()
                        + " (expected: header " + Events.VERSION_HEADER + ")"));
    }

    /**
     * The payload of the next version that has one.
     *
     * @throws ErrataException CHUNK_INVALID
     */
    byte[] read(long version, PayloadRef ref) {
        int count = ref.chunks().size();
        List<Chunk> read = new ArrayList<>(count);
        Map<TopicPartition, Long> end = offsets.ends(chunks.partitions());
        while (read.size() < count) {
            int place = read.size() + 1;
            ConsumerRecord<byte[], byte[]> record =
                    chunks.nextBefore(end).orElseThrow(() -> invalid("nothing", version, place, count, null));
            read.add(chunk(record, version, place, count));
        }
        try {
            return Chunks.join(ref, read);
        } catch (ErrataException e) {
            throw new ErrataException(e.failure(), type.topic().suffix() + " of version " + version + ": " + e.getMessage(), e);
        }
    }

    private Chunk chunk(ConsumerRecord<byte[], byte[]> record, long version, int place, int count) {
        String ofVersion = Records.header(record, Events.VERSION_HEADER);
        String chunk = Records.header(record, Events.CHUNK_HEADER);
        boolean expected = Long.toString(version).equals(ofVersion) && (place + "/" + count).equals(chunk);
        if (!expected || record.value() == null) {
            throw invalid("chunk " + chunk + " of version " + ofVersion, version, place, count, record);
        }
        return new Chunk(place - 1, count, record.value());
    }

    private ErrataException invalid(String found, long version, int place, int count, ConsumerRecord<byte[], byte[]> record) {
        String where = record == null ? "at the end" : "at offset " + record.offset();
        String expected = "(expected: chunk " + place + "/" + count + " of version " + version + ")";
        return new ErrataException(Failure.CHUNK_INVALID, type.topic().suffix() + ": " + found + " " + where + " " + expected);
    }

    @Override
    public void close() {
        chunks.close();
    }
}
