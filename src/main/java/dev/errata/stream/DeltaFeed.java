package dev.errata.stream;

import dev.errata.delta.PayloadRef;

/**
 * The deltas of a line's versions, wherever they lie in the log. In the order of the versions nothing is read twice; any other order is
 * as right, and costs a search for each jump.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface DeltaFeed extends AutoCloseable {
    /**
     * The verified payload of a version's delta; the array is the receiver's own. In order it never skips: a chunk that is missing,
     * repeated, out of place or altered is an exception, and what is read after it is searched for again.
     *
     * @param before number of the last version before this one that has a delta; 0 where there is none
     * @throws dev.errata.failure.ErrataException CHUNK_INVALID, RECORD_UNREADABLE or LOG_UNREACHABLE
     */
    byte[] read(long version, PayloadRef ref, long before);

    @Override
    void close();
}
