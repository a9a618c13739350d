package dev.errata.export;

import dev.errata.delta.Chunk;
import dev.errata.delta.Chunks;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogSource;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The deltas of some of a line's versions, in one pass over their topic. A path only goes up, so whatever lies before the next version's
 * chunks is of versions that nobody asks for.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class DeltaReader implements AutoCloseable {
    private final LogSource log;
    private final byte[] key;
    private LogSource.Cursor cursor;
    private long position;

    DeltaReader(LogSource log, byte[] key) {
        this.log = log;
        this.key = key;
        this.cursor = log.read(Topic.DELTAS);
    }

    /**
     * The payload of this version's delta.
     *
     * @param version one later than that before
     * @throws ErrataException CHUNK_INVALID when a chunk is not there or not what the version says
     */
    byte[] next(Version version) {
        PayloadRef ref = DeltaFile.ref(version).orElseThrow(() -> new IllegalArgumentException(version.number() + ": without a delta"));
        int count = ref.chunks().size();
        List<Chunk> chunks = new ArrayList<>(count);
        while (chunks.size() < count) {
            RawRecord record = record().orElseThrow(() -> new ErrataException(
                    Failure.CHUNK_INVALID,
                    "deltas: chunk " + (chunks.size() + 1) + "/" + count + " of version " + version.number()
                            + ": not there (expected: kept forever)"));
            String place = (chunks.size() + 1) + "/" + count;
            if (record.header(Events.VERSION_HEADER).orElse("").equals(Long.toString(version.number())) && record.value() != null
                    && record.header(Events.CHUNK_HEADER).orElse("").equals(place)) {
                chunks.add(new Chunk(chunks.size(), count, record.value()));
            }
        }
        return Chunks.join(ref, chunks);
    }

    /** At the end it looks again: by now all chunks of a version that was seen were written. */
    private Optional<RawRecord> record() {
        Optional<RawRecord> record = advance();
        if (record.isEmpty()) {
            cursor.close();
            cursor = log.read(Topic.DELTAS, position);
            record = advance();
        }
        return record;
    }

    private Optional<RawRecord> advance() {
        for (Optional<RawRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
            position = next.get().position().offset() + 1;
            if (Arrays.equals(next.get().key(), key)) {
                return next;
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
