package dev.errata.export;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.TensorChange;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights that deltas are applied to one after the other, each proven by its own record: every tensor is what the version says it was
 * before, and is what it says after.
 *
 * <p>{@link dev.errata.delta.Replay} does it with the whole chain of the log; here nothing is known but the files.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class DeltaSteps {
    private final SortedMap<String, EditedTensor> weights = new TreeMap<>();
    private SortedMap<String, String> digests;

    /** @param start the tensors that may be edited, by name; left as they are */
    DeltaSteps(Map<String, EditedTensor> start) {
        start.forEach((name, tensor) -> weights.put(name, tensor.copy()));
        digests = digests(weights);
    }

    static SortedMap<String, String> digests(Map<String, EditedTensor> tensors) {
        SortedMap<String, String> digests = new TreeMap<>();
        tensors.values().parallelStream().map(tensor -> Map.entry(tensor.name(), tensor.digest())).toList()
                .forEach(entry -> digests.put(entry.getKey(), entry.getValue()));
        return digests;
    }

    /**
     * Applies one. After a failure these weights are of no use.
     *
     * @throws ErrataException {@link Failure#VERSION_CHAIN_BROKEN} when a digest before or after is not the recorded one; {@link
     *     Failure#DELTA_INVALID} when the delta does not fit the tensors
     */
    void apply(DeltaFile file) {
        Version version = file.version();
        require(version, digests, true);
        same(version, "parent's digest", Digest.version(digests), version.parentDigest());
        for (TensorChange change : file.delta().changes()) {
            EditedTensor tensor = weights.get(change.tensor());
            if (tensor == null) {
                String expected = " (expected: of one of " + weights.keySet() + ")";
                throw new ErrataException(Failure.DELTA_INVALID, "version " + version.number() + ": change: " + change + expected);
            }
            CanonicalApply.applyInPlace(tensor, change);
        }
        digests = digests(weights);
        require(version, digests, false);
        same(version, "digest", Digest.version(digests), version.digest());
    }

    private static void require(Version version, SortedMap<String, String> digests, boolean before) {
        for (TensorState state : version.tensors()) {
            String found = digests.getOrDefault(state.name(), "none");
            String what = state.name() + (before ? " before" : " after") + ": SHA-256";
            same(version, what, found, before ? state.before() : state.after());
        }
    }

    private static void same(Version version, String what, String found, String expected) {
        if (!found.equals(expected)) {
            throw new ErrataException(
                    Failure.VERSION_CHAIN_BROKEN,
                    "version " + version.number() + ": " + what + " " + found + " (expected: " + expected + ")");
        }
    }

    /** Every tensor as it is now. */
    SortedMap<String, EditedTensor> weights() {
        return Collections.unmodifiableSortedMap(weights);
    }
}
