package dev.errata.follower;

import dev.errata.stream.VersionFeed;
import dev.errata.stream.VersionFeed.Item;
import dev.errata.worker.RoleThread;
import java.time.Duration;
import java.util.Optional;

/**
 * Applies the delta log to this process's own copy of the model, version by version up to the announced one.
 *
 * <h2>Thread safety</h2> Confined to its {@link RoleThread}.
 */
public final class FollowerCycle implements RoleThread.Cycle {
    private static final Duration WAIT = Duration.ofMillis(250);

    private final VersionFeed feed;
    private final ServedVersions served;

    /** The cycle owns {@code feed}, which starts at the first version; what was served before stays served meanwhile. */
    public FollowerCycle(VersionFeed feed, ServedVersions served) {
        this.feed = feed;
        this.served = served;
        served.restart();
    }

    @Override
    public void turn() {
        Optional<Item> item = feed.next(WAIT);
        feed.head().ifPresent(served::announced);
        item.ifPresent(next -> served.advance(next.version(), next.delta()));
    }

    @Override
    public void close() {
        feed.close();
    }
}
