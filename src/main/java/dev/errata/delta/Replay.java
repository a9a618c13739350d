package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes the weights of any version out of the base, or out of a version on the way to it, and proves each step by the digests in the
 * log: {@code weights(n) = replay(base, deltas of path(n))}, bit for bit, on any machine.
 *
 * <h2>Limits</h2> Holds one copy of every edited tensor beside the one it was given, and one delta.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class Replay {
    private Replay() {}

    /**
     * The edited tensors of version {@code number}, made from the base.
     *
     * @param base the edited tensors of the base model, by name; left as they are
     * @param deltas fetches and decodes the delta of a version
     * @throws ErrataException {@link Failure#VERSION_CHAIN_BROKEN} naming version and tensor when a digest is not the recorded one;
     *     {@link Failure#DELTA_INVALID} when a delta does not fit the tensors
     */
    public static SortedMap<String, EditedTensor> weights(
            Map<String, EditedTensor> base, VersionChain chain, long number, Function<Version, Delta> deltas) {
        return weights(base, 0, chain, number, deltas);
    }

    /**
     * The same, made from the weights of version {@code from}.
     *
     * @throws ErrataException also {@link Failure#VERSION_UNKNOWN} when {@code number} does not go on from {@code from}
     *     ({@link VersionChain#path(long, long)})
     */
    public static SortedMap<String, EditedTensor> weights(
            Map<String, EditedTensor> start, long from, VersionChain chain, long number, Function<Version, Delta> deltas) {
        List<Version> path = chain.path(from, number).orElseThrow(() -> {
            String message = "version: " + number + " (expected: one that goes on from " + from + ")";
            return new ErrataException(Failure.VERSION_UNKNOWN, message);
        });
        verify(from, start, chain.tensors(from));
        SortedMap<String, EditedTensor> weights = new TreeMap<>();
        start.forEach((name, tensor) -> weights.put(name, tensor.copy()));
        for (Version version : path) {
            step(weights, deltas.apply(version), version.number(), chain);
        }
        return Collections.unmodifiableSortedMap(weights);
    }

    /** Makes the weights of the version before into those of version {@code number}, and proves it. */
    static void step(SortedMap<String, EditedTensor> weights, Delta delta, long number, VersionChain chain) {
        for (TensorChange change : delta.changes()) {
            CanonicalApply.applyInPlace(tensor(weights, change), change);
        }
        verify(number, weights, chain.tensors(number));
    }

    private static EditedTensor tensor(Map<String, EditedTensor> weights, TensorChange change) {
        EditedTensor tensor = weights.get(change.tensor());
        if (tensor == null) {
            throw new ErrataException(Failure.DELTA_INVALID, "change: " + change + " (expected: of one of " + weights.keySet() + ")");
        }
        return tensor;
    }

    private static void verify(long number, Map<String, EditedTensor> weights, SortedMap<String, String> recorded) {
        if (!weights.keySet().equals(recorded.keySet())) {
            throw broken("version " + number + ": tensors " + weights.keySet(), recorded.keySet());
        }
        // Hashing may take as long as applying, and the tensors are independent.
        Map<String, String> digests = weights.entrySet().parallelStream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().digest()));
        recorded.forEach((name, expected) -> {
            if (!digests.get(name).equals(expected)) {
                throw broken("version " + number + ": " + name + ": SHA-256 " + digests.get(name), expected);
            }
        });
    }

    private static ErrataException broken(String found, Object expected) {
        return new ErrataException(Failure.VERSION_CHAIN_BROKEN, found + " (expected: " + expected + ")");
    }
}
