package dev.errata.worker;

import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.delta.LivePairs;
import dev.errata.delta.Pairs;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.VersionChain;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.LiveSet;
import java.util.List;

/**
 * The standing at any version of a chain, from the log's payloads and what is kept on disk.
 *
 * <p>Every {@link Disk#stride}-th version is a mark. There the editor makes the solver's state anew from nothing but the live pairs.
 * Whoever recovers does the same from the log: so it applies the deltas behind the newest snapshot ({@link KeptWeights}), folds the pairs
 * behind the newest mark, and stands where an editor stands that never stopped, to the bit.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public final class Standings {
    private final VersionChain chain;
    private final LiveSet none;
    private final Disk disk;
    private final KeptWeights weights;

    /** @param listener hears of snapshots that are lost */
    public Standings(VersionChain chain, BatchEditor editor, Disk disk, CycleListener listener) {
        this.chain = chain;
        this.none = editor.emptyLiveSet();
        this.disk = disk;
        this.weights = new KeptWeights(chain, editor.baseWeights(), disk, listener);
    }

    /**
     * The standing at a version.
     *
     * @throws dev.errata.failure.ErrataException CHUNK_INVALID when a payload is not in the store, VERSION_CHAIN_BROKEN when a digest is
     *     not the recorded one
     */
    public Standing at(long number) {
        return new Standing(weights.at(number), live(number));
    }

    /** What was long to recover is kept for the next one who does. */
    void recovered(Standing standing) {
        weights.keepIfDue(chain.head(), standing.weights());
    }

    /**
     * What goes on from a version that was just committed.
     *
     * @param made the standing that the commit came to
     * @throws dev.errata.failure.ErrataException as {@link #at}
     */
    Standing after(Version version, Standing made) {
        weights.keepIfDue(version.number(), made.weights());
        if (version.number() % disk.stride() != 0) {
            return made;
        }
        return new Standing(made.weights(), live(version.number()));
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

    private Pairs pairs(Version version) {
        return PairsCodec.decode(disk.payloads().require(solved(version).pairs()));
    }

    private static Solved solved(Version version) {
        return (Solved) version.change();
    }
}
