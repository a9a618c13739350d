package dev.errata.delta;

import dev.errata.failure.ErrataException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Weights on their way along a chain of versions: one copy that is changed in place, one delta after another, and proven after each by
 * the digests in the log. What {@link Replay} makes for one version, this makes for many without beginning again for each.
 *
 * <p>To a version that does not go on from where it is, a rollback's for instance, it goes from a place that it marked, or from the base;
 * along a long way from the newest snapshot on it.
 *
 * <h2>Limits</h2> A copy of every edited tensor, and one more while a place is marked. After an exception it is of no more use.
 *
 * <h2>Thread safety</h2> None.
 */
public final class Walk {
    /** A way of so many deltas is worth a look for a snapshot. */
    private static final int LONG = 16;

    private final SortedMap<String, EditedTensor> base;
    private final VersionChain chain;
    private final SnapshotSearch snapshots;
    private final SortedMap<String, EditedTensor> weights = new TreeMap<>();
    private Optional<Place> marked = Optional.empty();
    private long number;
    /**
     * The least that was left to apply since a snapshot was looked for. Until it is twice as much nobody looks again, or a store that is
     * slow would be asked for each version of a target that moves, and the target never reached.
     */
    private int left;

    private record Place(long number, SortedMap<String, EditedTensor> weights) {}

    /**
     * Begins at the base, which is left as it is.
     *
     * @param snapshots what a long way is cut short by
     */
    public Walk(SortedMap<String, EditedTensor> base, VersionChain chain, SnapshotSearch snapshots) {
        this.base = base;
        this.chain = chain;
        this.snapshots = snapshots;
        base.forEach((name, tensor) -> weights.put(name, tensor.copy()));
    }

    /** The version that the weights are of. */
    public long number() {
        return number;
    }

    /** The weights as they are now; the next step changes these arrays. */
    public SortedMap<String, EditedTensor> weights() {
        return Collections.unmodifiableSortedMap(weights);
    }

    /** Keeps the weights as they are now, to begin again from. */
    public void mark() {
        SortedMap<String, EditedTensor> kept = new TreeMap<>();
        weights.forEach((name, tensor) -> kept.put(name, tensor.copy()));
        marked = Optional.of(new Place(number, kept));
    }

    /**
     * Turns towards a version: where it does not go on from here, the weights are those of a place from which it does.
     *
     * @return what is to be applied, in order
     * @throws ErrataException VERSION_UNKNOWN
     */
    public List<Version> turn(long to) {
        Optional<List<Version>> on = chain.path(number, to);
        List<Version> way = on.orElseGet(() -> wayFromElsewhere(to));
        left = on.isPresent() ? Math.min(left, way.size()) : 0;
        if (way.size() < Math.max(LONG, 2 * left)) {
            return way;
        }
        Optional<SnapshotSearch.Found> found = snapshots.newest(way, base);
        found.ifPresent(snapshot -> stand(snapshot.version().number(), snapshot.weights()));
        List<Version> rest = found.map(snapshot -> way.subList(way.indexOf(snapshot.version()) + 1, way.size())).orElse(way);
        left = rest.size();
        return rest;
    }

    private List<Version> wayFromElsewhere(long to) {
        Place from = marked.filter(place -> chain.path(place.number(), to).isPresent()).orElse(new Place(0, base));
        stand(from.number(), from.weights());
        return chain.path(number, to).orElseThrow();
    }

    private void stand(long at, SortedMap<String, EditedTensor> there) {
        there.forEach((name, tensor) -> {
            float[] values = weights.get(name).values();
            System.arraycopy(tensor.values(), 0, values, 0, values.length);
        });
        number = at;
    }

    /**
     * Applies one of those that {@link #turn} gave.
     *
     * @throws ErrataException VERSION_CHAIN_BROKEN naming version and tensor when a digest is not the recorded one; DELTA_INVALID when the
     *     delta does not fit
     */
    public void step(Version version, Delta delta) {
        Replay.step(weights, delta, version.number(), chain);
        number = version.number();
    }

    /** Everything that was to be applied was: these are that version's weights, as a rollback names those of an earlier one. */
    public void arrive(long at) {
        if (!chain.digest(at).equals(chain.digest(number))) {
            throw new IllegalArgumentException("version: " + at + " (expected: one with the weights of " + number + ")");
        }
        number = at;
        left = 0;
    }

    /** The whole way to a version. */
    public void to(long version, Function<Version, Delta> deltas) {
        turn(version).forEach(next -> step(next, deltas.apply(next)));
        arrive(version);
    }
}
