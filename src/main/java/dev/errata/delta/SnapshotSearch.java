package dev.errata.delta;

import dev.errata.failure.ErrataException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Where on its way a replay may begin: at the newest snapshot that can be used. One that cannot is said to be lost, and an older one is
 * tried; whatever is wrong, there is always the beginning of the way.
 *
 * <h2>Thread safety</h2> As safe as the listener.
 *
 * @param lost hears of versions whose snapshot cannot be used
 */
public record SnapshotSearch(Snapshots snapshots, BiConsumer<Version, ErrataException> lost) {
    /** Finds nothing. */
    public static final SnapshotSearch NONE = new SnapshotSearch(Snapshots.NONE, (version, reason) -> {});

    /** A version and its weights, which were checked. */
    public record Found(Version version, SortedMap<String, EditedTensor> weights) {}

    /**
     * @param way versions in their order
     * @param base tells the tensors' names and shapes
     */
    public Optional<Found> newest(List<Version> way, Map<String, EditedTensor> base) {
        if (way.isEmpty()) {
            return Optional.empty();
        }
        List<Version> there = unlessLost(way.get(way.size() - 1), () -> snapshots.among(way)).orElse(List.of());
        for (int i = there.size() - 1; i >= 0; i--) {
            Version version = there.get(i);
            Optional<SortedMap<String, EditedTensor>> weights =
                    unlessLost(version, () -> snapshots.get(version, base)).flatMap(found -> found);
            if (weights.isPresent()) {
                return Optional.of(new Found(version, weights.get()));
            }
        }
        return Optional.empty();
    }

    private <T> Optional<T> unlessLost(Version version, Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (ErrataException e) {
            lost.accept(version, e);
            return Optional.empty();
        }
    }
}
