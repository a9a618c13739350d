package dev.errata.worker;

import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.Payloads;
import dev.errata.delta.Replay;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.memit.LiveSet;
import java.util.Map;
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
                Replay.weights(base, chain, number, version -> DeltaCodec.decode(payloads.require(edit(version).delta())));
        LiveSet live = none;
        for (Version version : chain.path(number)) {
            Edited edited = edit(version);
            live = live.after(edited, PairsCodec.decode(payloads.require(edited.pairs())));
        }
        return new Standing(weights, live);
    }

    private static Edited edit(Version version) {
        return (Edited) version.change();
    }
}
