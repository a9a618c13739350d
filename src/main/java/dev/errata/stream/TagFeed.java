package dev.errata.stream;

import dev.errata.delta.Tag;
import java.util.List;

/**
 * The tags of a line, as they are set.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface TagFeed extends AutoCloseable {
    /**
     * What was said since the last call, in the order of the log; the first time, everything.
     *
     * @throws dev.errata.failure.ErrataException RECORD_UNREADABLE or LOG_UNREACHABLE
     */
    List<Tag> heard();

    @Override
    void close();
}
