package dev.errata.worker;

import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.delta.LivePairs;
import dev.errata.delta.Pairs;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.Replay;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.LiveSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * The standing at any version of a chain, from the log's payloads and what is kept on disk.
 *
 * <p>Every {@link Disk#stride}-th version is a mark. There the editor keeps the weights, and makes the solver's state anew from nothing but
 * the live pairs. Whoever recovers does the same from the log: so it applies the deltas behind the newest snapshot, folds the pairs behind
 * the newest mark, and stands where an editor stands that never stopped, to the bit.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public final class Standings {
    private final VersionChain chain;
    private final SortedMap<String, EditedTensor> base;
    private final LiveSet none;
    private final Disk disk;
    private final CycleListener listener;

    /** @param listener hears of snapshots that are lost */
    public Standings(VersionChain chain, BatchEditor editor, Disk disk, CycleListener listener) {
        this.chain = chain;
        this.base = editor.baseWeights();
        this.none = editor.emptyLiveSet();
        this.disk = disk;
        this.listener = listener;
    }

    /**
     * The standing at a version.
     *
     * @throws ErrataException CHUNK_INVALID when a payload is not in the store, VERSION_CHAIN_BROKEN when a digest is not the recorded one
     */
    public Standing at(long number) {
        return new Standing(weights(number), live(number));
    }

    /**
     * What goes on from a version that was just committed.
     *
     * @param made the standing that the commit came to
     * @throws ErrataException as {@link #at}
     */
    Standing after(Version version, Standing made) {
        if (version.number() % disk.stride() != 0) {
            return made;
        }
        keep(version, made.weights());
        return new Standing(made.weights(), live(version.number()));
    }

    /** Keeps the weights of a version; where that fails recovery is only longer. */
    void keep(Version version, SortedMap<String, EditedTensor> weights) {
        unlessLost(version, () -> {
            disk.snapshots().put(version, weights);
            return Optional.empty();
        });
    }

    private SortedMap<String, EditedTensor> weights(long number) {
        List<Version> path = chain.path(number);
        for (int i = path.size() - 1; i >= 0; i--) {
            Version version = path.get(i);
            Optional<SortedMap<String, EditedTensor>> start = unlessLost(version, () -> disk.snapshots().get(version, base));
            if (start.isPresent()) {
                return Replay.weights(start.get(), version.number(), chain, number, this::delta);
            }
        }
        return Replay.weights(base, chain, number, this::delta);
    }

    private <T> Optional<T> unlessLost(Version version, Supplier<Optional<T>> work) {
        try {
            return work.get();
        } catch (ErrataException e) {
            listener.snapshotLost(version.number(), e);
            return Optional.empty();
        }
    }

    private LiveSet live(long number) {
        List<Version> path = chain.path(number);
        int mark = path.size();
        while (mark > 0 && path.get(mark - 1).number() % disk.stride() != 0) {
            mark--;
        }
        LiveSet live = mark == 0 ? none : anew(path.subList(0, mark));
        for (Version version : path.subList(mark, path.size())) {
            live = version.change() instanceof Edited edited
                    ? live.after(edited, pairs(version))
                    : none.with(pairs(version), facts(version.number()));
        }
        return live;
    }

    private LiveSet anew(List<Version> path) {
        List<LiveFact> facts = facts(path.get(path.size() - 1).number());
        return LivePairs.of(path, this::pairs).map(pairs -> none.with(pairs, facts)).orElse(none);
    }

    private List<LiveFact> facts(long number) {
        return chain.live(number).values().stream().map(Live::fact).toList();
    }

    private Delta delta(Version version) {
        return DeltaCodec.decode(disk.payloads().require(solved(version).delta()));
    }

    private Pairs pairs(Version version) {
        return PairsCodec.decode(disk.payloads().require(solved(version).pairs()));
    }

    private static Solved solved(Version version) {
        return (Solved) version.change();
    }
}
