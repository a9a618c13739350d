package dev.errata.snapshot;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Snapshots;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * Snapshots that are put by a thread of their own: a store beyond a network may be slow or answer nothing, and no edit waits for it. While
 * one is under way another is not made, so that no more than one version's weights are held for it.
 *
 * <h2>Thread safety</h2> Safe.
 */
public final class LaterSnapshots implements Snapshots, AutoCloseable {
    private final Snapshots snapshots;
    private final BiConsumer<Long, ErrataException> lost;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread named = new Thread(work, "errata-snapshots");
        named.setDaemon(true);
        return named;
    });

    /** @param lost hears of versions whose snapshot was not put, on that thread */
    public LaterSnapshots(Snapshots snapshots, BiConsumer<Long, ErrataException> lost) {
        this.snapshots = snapshots;
        this.lost = lost;
    }

    /** Returns at once; what goes wrong later is said to the listener. */
    @Override
    public boolean put(Version version, Map<String, EditedTensor> weights, VersionChain log) {
        if (!busy.compareAndSet(false, true)) {
            return false;
        }
        thread.execute(() -> {
            try {
                snapshots.put(version, weights, log);
            } catch (ErrataException e) {
                lost.accept(version.number(), e);
            } catch (RuntimeException e) {
                lost.accept(version.number(), new ErrataException(Failure.INTERNAL, "snapshot: " + e, e));
            } finally {
                busy.set(false);
            }
        });
        return true;
    }

    @Override
    public List<Version> among(List<Version> path) {
        return snapshots.among(path);
    }

    @Override
    public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
        return snapshots.get(version, base);
    }

    /** Does not wait for what is under way: the next process is no worse off without it. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
