package dev.errata.worker;

import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.delta.LivePairs;
import dev.errata.delta.Pairs;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.Payloads;
import dev.errata.delta.Replay;
import dev.errata.delta.Snapshots;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.memit.LiveSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What an edit starts from: the edited tensors and the solver's live set at one version.
 *
 * <p>Both are views of the log. They change together, by one reference, so that no edit ever sees the weights of one version with the
 * live set of another.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param weights every edited tensor, by name
 */
public record Standing(SortedMap<String, EditedTensor> weights, LiveSet live) {

    /**
     * Any version, by replay from the base.
     *
     * @throws dev.errata.failure.ErrataException CHUNK_INVALID when a payload is not in the store, VERSION_CHAIN_BROKEN when a digest is
     *     not the recorded one
     */
    public static Standing at(long number, VersionChain chain, Map<String, EditedTensor> base, LiveSet none, Payloads payloads) {
        SortedMap<String, EditedTensor> weights =
                Replay.weights(base, chain, number, version -> delta(version, payloads));
        LiveSet live = none;
        for (Version version : chain.path(number)) {
            live = live.after(edit(version), pairs(version, payloads));
        }
        return new Standing(weights, live);
    }

    /**
     * The newest version, from the newest snapshot on its way; by {@link #at} where there is none.
     *
     * <p>With a snapshot the live set is put together at once from the pairs that are live. They are the same to the bit; what the solver
     * derives from them is made anew and differs by its rounding, so the next edit may differ in its last bits from the one that would have
     * followed without the restart.
     *
     * @throws dev.errata.failure.ErrataException as {@link #at}
     */
    static Standing newest(VersionChain chain, Map<String, EditedTensor> base, LiveSet none, Payloads payloads, Snapshots snapshots) {
        List<Version> path = chain.path(chain.head());
        for (int i = path.size() - 1; i >= 0; i--) {
            Optional<SortedMap<String, EditedTensor>> start = snapshots.get(path.get(i), base);
            if (start.isPresent()) {
                SortedMap<String, EditedTensor> weights = Replay.weights(
                        start.get(), path.get(i).number(), chain, chain.head(), version -> delta(version, payloads));
                List<LiveFact> facts = chain.live().values().stream().map(Live::fact).toList();
                return new Standing(weights, LivePairs.of(path, version -> pairs(version, payloads))
                        .map(pairs -> none.with(pairs, facts))
                        .orElse(none));
            }
        }
        return at(chain.head(), chain, base, none, payloads);
    }

    private static Delta delta(Version version, Payloads payloads) {
        return DeltaCodec.decode(payloads.require(edit(version).delta()));
    }

    private static Pairs pairs(Version version, Payloads payloads) {
        return PairsCodec.decode(payloads.require(edit(version).pairs()));
    }

    private static Edited edit(Version version) {
        return (Edited) version.change();
    }
}
