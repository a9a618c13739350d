package dev.errata.api;

import dev.errata.delta.VersionRef;
import dev.errata.history.HistoryIndex;
import dev.errata.service.Station;
import dev.errata.stream.channels.History;
import dev.errata.stream.channels.HistoryView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Finds the versions that requests name.
 *
 * <p>The history in memory hears of tags and versions first and needs no index, but forgets old versions; those the index knows.
 *
 * <h2>Thread safety</h2> Safe.
 */
@Singleton
final class References {
    private static final Duration INDEXED = Duration.ofSeconds(5);

    private final History history;
    private final Station station;

    @Inject
    References(HistoryView view, Station station) {
        this.history = view.history();
        this.station = station;
    }

    /** The index, as far as the history in memory is: that may have heard of a version a moment before, and told somebody. */
    HistoryIndex index() throws InterruptedException {
        HistoryIndex index = station.history();
        index.await(history.newest(), INDEXED);
        return index;
    }

    /**
     * The number of the version that is meant.
     *
     * @throws dev.errata.failure.ErrataException VERSION_UNKNOWN or TAG_UNKNOWN
     */
    long number(VersionRef ref) throws InterruptedException {
        return ref instanceof VersionRef.At && history.versionsForgotten() ? index().resolve(ref) : history.resolve(ref);
    }

    /** The digest of a version's weights; 0 is the base model. */
    String digest(long number) throws InterruptedException {
        return number > 0 && history.versionsForgotten() ? index().version(number).record().digest() : history.digest(number);
    }
}
