package dev.errata.worker;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Replay;
import dev.errata.delta.SnapshotSearch;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * The weights of any version: from the newest snapshot on its path that can be used, else from the base; and the snapshots themselves, made
 * when the {@link SnapshotRule} says so.
 *
 * <p>How long a replay would take is told from the bytes of the deltas that it would apply, at the quickest pace that was measured here: of
 * replays, and of one delta whenever it looks as if it were time.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class KeptWeights {
    private static final double NANOS = 1e9;

    private final VersionChain chain;
    private final SortedMap<String, EditedTensor> base;
    private final Disk disk;
    private final CycleListener listener;
    /** Versions whose snapshot this process has put, or tried to, or found. */
    private final Set<Long> kept = new HashSet<>();
    private double secondsPerByte = Double.POSITIVE_INFINITY;

    KeptWeights(VersionChain chain, SortedMap<String, EditedTensor> base, Disk disk, CycleListener listener) {
        this.chain = chain;
        this.base = base;
        this.disk = disk;
        this.listener = listener;
    }

    SortedMap<String, EditedTensor> at(long number) {
        List<Version> path = chain.path(number);
        path.forEach(version -> kept.remove(version.number()));
        Optional<SnapshotSearch.Found> start = new SnapshotSearch(disk.snapshots(), this::lost).newest(path, base);
        if (start.isEmpty()) {
            return replay(base, 0, number, path);
        }
        Version from = start.get().version();
        kept.add(from.number());
        return replay(start.get().weights(), from.number(), number, path.subList(path.indexOf(from) + 1, path.size()));
    }

    private void lost(Version version, ErrataException reason) {
        listener.snapshotLost(version.number(), reason);
    }

    private static Version last(List<Version> versions) {
        return versions.get(versions.size() - 1);
    }

    private SortedMap<String, EditedTensor> replay(
            SortedMap<String, EditedTensor> start, long from, long number, List<Version> behind) {
        long began = System.nanoTime();
        SortedMap<String, EditedTensor> weights = Replay.weights(start, from, chain, number, this::delta);
        took(began, bytes(behind));
        return weights;
    }

    private void took(long began, long bytes) {
        if (bytes > 0) {
            secondsPerByte = Math.min(secondsPerByte, (System.nanoTime() - began) / NANOS / bytes);
        }
    }

    /** Keeps the weights of a version if it is time; where that fails recovery is only longer. */
    void keepIfDue(long number, SortedMap<String, EditedTensor> weights) {
        List<Version> behind = behind(number);
        if (behind.isEmpty()) {
            return;
        }
        // A rollback has the weights of an earlier version, and no delta of its own.
        Version made = last(behind);
        try {
            if (isDue(behind, weights)) {
                keep(made, weights);
            }
        } catch (ErrataException e) {
            lost(made, e);
        }
    }

    /** Where it fails it is not tried with every version that follows. */
    private void keep(Version version, SortedMap<String, EditedTensor> weights) {
        kept.add(version.number());
        if (!disk.snapshots().put(version, weights, chain)) {
            kept.remove(version.number());
        }
    }

    /** The path of a version behind the last snapshot on it. */
    private List<Version> behind(long number) {
        List<Version> path = chain.path(number);
        int first = path.size();
        while (first > 0 && !kept.contains(path.get(first - 1).number())) {
            first--;
        }
        return path.subList(first, path.size());
    }

    private boolean isDue(List<Version> behind, SortedMap<String, EditedTensor> weights) {
        if (behind.size() >= disk.rule().versions()) {
            return true;
        }
        if (!disk.rule().takesTooLong(secondsPerByte * bytes(behind))) {
            return false;
        }
        measure((Solved) last(behind).change(), weights);
        return disk.rule().takesTooLong(secondsPerByte * bytes(behind));
    }

    /** Applies a delta for no other purpose; it takes the same whatever the numbers are. */
    private void measure(Solved edit, SortedMap<String, EditedTensor> weights) {
        long began = System.nanoTime();
        DeltaCodec.decode(disk.payloads().require(edit.delta())).changes()
                .forEach(change -> CanonicalApply.apply(weights.get(change.tensor()), change).digest());
        took(began, edit.delta().bytes());
    }

    private static long bytes(List<Version> versions) {
        return versions.stream().mapToLong(version -> ((Solved) version.change()).delta().bytes()).sum();
    }

    private Delta delta(Version version) {
        return DeltaCodec.decode(disk.payloads().require(((Solved) version.change()).delta()));
    }
}
