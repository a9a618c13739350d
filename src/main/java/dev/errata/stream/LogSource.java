package dev.errata.stream;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The topics of a line as a {@code read_committed} reader sees them, for whoever reads all of them: records in the order of their offsets,
 * partition by partition, and how far each role has consumed. It writes nothing and knows no worker.
 *
 * <p>What {@link #parts} and {@link #consumed} tell was true at one time, when the source was opened: first where everything is settled,
 * then what is consumed. A {@link Cursor} gives all that was committed before it was opened.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface LogSource extends AutoCloseable {
    /**
     * One partition of a topic.
     *
     * @param begin the first offset that is kept
     * @param settled every record before this offset was committed or aborted for good
     */
    record Part(int partition, long begin, long settled) {}

    /** Records of one partition in the order of their offsets; aborted ones are left out. */
    interface Cursor extends AutoCloseable {
        /**
         * The next one; empty at the end.
         *
         * @throws dev.errata.failure.ErrataException LOG_UNREACHABLE
         */
        Optional<RawRecord> next();

        @Override
        void close();
    }

    /** Every partition of the topic, in the order of their numbers. */
    List<Part> parts(Topic topic);

    /**
     * The committed offset of each partition, as far as the group has any: on {@link Topic#FACTS} the accumulator's, on
     * {@link Topic#BATCHES} the worker's.
     */
    Map<Integer, Long> consumed(Topic topic);

    /** Reads a partition from an offset on up to what is committed now. Several cursors may be open at once. */
    Cursor read(Topic topic, int partition, long from);

    @Override
    void close();
}
