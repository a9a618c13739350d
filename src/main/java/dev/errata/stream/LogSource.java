package dev.errata.stream;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The topics of a line as a {@code read_committed} reader sees them, for whoever reads all of them, and how far each role has consumed.
 * It writes nothing and knows no worker.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface LogSource extends AutoCloseable {
    /**
     * One partition of a topic as it is now.
     *
     * @param begin the first offset that is kept
     * @param settled every record before this offset was committed or aborted for good
     */
    record Part(int partition, long begin, long settled) {}

    /** Committed records, those of each partition in the order of their offsets. */
    interface Cursor extends AutoCloseable {
        /**
         * The next one; empty when all that was committed before the cursor was opened was given.
         *
         * @throws dev.errata.failure.ErrataException LOG_UNREACHABLE
         */
        Optional<RawRecord> next();

        @Override
        void close();
    }

    /** Every partition of the topic. */
    List<Part> parts(Topic topic);

    /**
     * The committed offset of each partition now, as far as the group has any: on {@link Topic#FACTS} the accumulator's, on
     * {@link Topic#BATCHES} the worker's. All that was committed together with them was written before this returns.
     */
    Map<Integer, Long> consumed(Topic topic);

    /** Reads all that is kept. */
    Cursor read(Topic topic);

    /** Reads a topic of one partition from an offset on. */
    Cursor read(Topic topic, long from);

    @Override
    void close();
}
