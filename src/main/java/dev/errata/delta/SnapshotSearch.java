package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;

/**
 * Where on its way a replay may begin: at the newest snapshot that can be used. One that cannot is said to be lost, and an older one is
 * tried, unless the place does not answer: then it is not asked again, or one that hangs would be waited for once for each. Whatever is
 * wrong, there is always the beginning of the way.
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
        Version last = way.get(way.size() - 1);
        List<Version> there = List.of();
        try {
            there = snapshots.among(way);
        } catch (ErrataException e) {
            lost.accept(last, e);
        }
        for (int i = there.size() - 1; i >= 0; i--) {
            Version version = there.get(i);
            try {
                Optional<SortedMap<String, EditedTensor>> weights = snapshots.get(version, base);
                if (weights.isPresent()) {
                    return Optional.of(new Found(version, weights.get()));
                }
            } catch (ErrataException e) {
                lost.accept(version, e);
                if (e.failure() == Failure.SNAPSHOTS_UNREACHABLE) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
