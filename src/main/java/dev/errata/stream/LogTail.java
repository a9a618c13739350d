package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Several topics of a line as a {@code read_committed} reader sees them, each partition from where its reader left it, and without an
 * end. For whoever keeps what it was told with the place where to go on.
 *
 * <h2>Thread safety</h2> One thread at a time.
 */
public interface LogTail extends AutoCloseable {
    /** A partition. */
    record Spot(Topic topic, int partition) {
        public Spot {
            requireNonNull(topic, "topic");
        }
    }

    /** A record and the topic that it lay in. */
    record Entry(Topic topic, RawRecord record) {
        public Entry {
            requireNonNull(topic, "topic");
            requireNonNull(record, "record");
        }
    }

    /**
     * What has come, those of each partition in the order of their offsets.
     *
     * @param next where each partition goes on after this
     * @param caughtUp whether all that was committed before the tail was opened has been given
     */
    record Portion(List<Entry> entries, Map<Spot, Long> next, boolean caughtUp) {
        public Portion {
            entries = List.copyOf(entries);
            next = Map.copyOf(next);
        }
    }

    /** Opens tails. */
    interface Source {
        /** What tells these topics from others of the same names: it changes when one is deleted and made anew. */
        String identity();

        /** @param from where to go on; partitions that are not named begin at their beginning */
        LogTail open(Map<Spot, Long> from);
    }

    /**
     * Waits for the first record no longer than {@code wait}.
     *
     * @throws dev.errata.failure.ErrataException LOG_UNREACHABLE; TOPIC_MISMATCH where the log does not hold a place that was named
     */
    Portion poll(Duration wait);

    @Override
    void close();
}
