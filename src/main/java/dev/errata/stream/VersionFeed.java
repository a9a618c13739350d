package dev.errata.stream;

import dev.errata.delta.Version;
import java.time.Duration;
import java.util.Optional;

/**
 * The follower's side of the log: every version from the first to the announced one, in order. What they change lies in a
 * {@link DeltaFeed}.
 *
 * <p>It never skips: a version that is missing, repeated, out of order or altered is an exception, and the feed gives nothing after it.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface VersionFeed extends AutoCloseable {
    /**
     * The next version, if it is announced; waits for an announcement no longer than {@code wait}.
     *
     * @throws dev.errata.failure.ErrataException VERSION_CHAIN_BROKEN, RECORD_UNREADABLE or LOG_UNREACHABLE
     */
    Optional<Version> next(Duration wait);

    /** The head as far as {@link #next} has read; empty before the first announcement. */
    Optional<Head> head();

    @Override
    void close();
}
