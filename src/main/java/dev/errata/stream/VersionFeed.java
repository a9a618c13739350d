package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.Version;
import java.time.Duration;
import java.util.Optional;

/**
 * The follower's side of the log: every version from the first to the announced one, in order, each with its verified delta.
 *
 * <p>It never skips: a version or a chunk that is missing, repeated, out of order or altered is an exception, and the feed gives nothing
 * after it.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface VersionFeed extends AutoCloseable {
    /**
     * A version to apply. The array is the receiver's own.
     *
     * @param delta the payload of an edit or a rebase; empty for a rollback
     */
    record Item(Version version, Optional<byte[]> delta) {
        public Item {
            requireNonNull(version, "version");
            requireNonNull(delta, "delta");
        }
    }

    /**
     * The next version, if it is announced; waits for an announcement no longer than {@code wait}.
     *
     * @throws dev.errata.failure.ErrataException CHUNK_INVALID, VERSION_CHAIN_BROKEN, RECORD_UNREADABLE or LOG_UNREACHABLE
     */
    Optional<Item> next(Duration wait);

    /** The head as far as {@link #next} has read; empty before the first announcement. */
    Optional<Head> head();

    @Override
    void close();
}
