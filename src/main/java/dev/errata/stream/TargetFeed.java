package dev.errata.stream;

import java.time.Duration;
import java.util.Optional;

/**
 * Every target that any worker has shared, from the first that the log still has, in no particular order, and again whatever was shared
 * again.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface TargetFeed extends AutoCloseable {
    /**
     * The next one, waiting for it no longer than {@code wait}.
     *
     * @throws dev.errata.failure.ErrataException LOG_UNREACHABLE
     */
    Optional<SharedTarget> next(Duration wait);

    @Override
    void close();
}
