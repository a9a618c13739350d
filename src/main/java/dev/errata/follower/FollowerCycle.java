package dev.errata.follower;

import dev.errata.delta.Version;
import dev.errata.stream.TagFeed;
import dev.errata.stream.VersionFeed;
import dev.errata.worker.RoleThread;
import java.time.Duration;
import java.util.Optional;

/**
 * Applies the delta log to this process's own copy of the model. It first hears of all versions up to the announced one, which says what
 * has to be applied, and then goes there delta by delta.
 *
 * <h2>Thread safety</h2> Confined to its {@link RoleThread}.
 */
public final class FollowerCycle implements RoleThread.Cycle {
    private static final Duration WAIT = Duration.ofMillis(250);
    /** Records that one turn reads, so that a role can be told to stop meanwhile. */
    private static final int RECORDS = 1_000;

    private final VersionFeed feed;
    private final Optional<TagFeed> tags;
    private final ServedVersions served;

    /** A follower that is not pinned to a tag. */
    public FollowerCycle(VersionFeed feed, ServedVersions served) {
        this(feed, Optional.empty(), served);
    }

    /** The cycle owns the feeds; {@code feed} starts at the first version. What was served before stays served meanwhile. */
    public FollowerCycle(VersionFeed feed, Optional<TagFeed> tags, ServedVersions served) {
        this.feed = feed;
        this.tags = tags;
        this.served = served;
        served.restart();
    }

    @Override
    public void turn() {
        if (!hear()) {
            served.step();
        }
    }

    /** Whether there is still more to hear. */
    private boolean hear() {
        tags.ifPresent(said -> said.heard().forEach(served::hear));
        Duration wait = served.isOnItsWay() ? Duration.ZERO : WAIT;
        for (int i = 0; i < RECORDS; i++) {
            Optional<Version> next = feed.next(wait);
            feed.head().ifPresent(served::hear);
            next.ifPresent(served::hear);
            if (next.isEmpty()) {
                return false;
            }
            wait = Duration.ZERO;
        }
        return true;
    }

    @Override
    public void close() {
        tags.ifPresent(TagFeed::close);
        feed.close();
    }
}
