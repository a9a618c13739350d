package dev.errata.delta;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Edited tensors of some versions, so that replay need not begin at the base.
 *
 * <p>A cache: it may lose anything at any time, and what it gives back was checked against the version's digest. The log is the truth.
 */
public interface Snapshots {
    /** Keeps nothing. */
    Snapshots NONE = new Snapshots() {
        @Override
        public boolean put(Version version, Map<String, EditedTensor> weights, VersionChain log) {
            return true;
        }

        @Override
        public List<Version> among(List<Version> path) {
            return List.of();
        }

        @Override
        public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
            return Optional.empty();
        }
    };

    /**
     * Keeps the weights of a version, and may forget those of others.
     *
     * @param log which versions there are; this is one of them
     * @return false when it cannot be now, and may be asked for a later version
     * @throws dev.errata.failure.ErrataException FILE_NOT_WRITTEN or SNAPSHOTS_UNREACHABLE; what was kept before is still there
     */
    boolean put(Version version, Map<String, EditedTensor> weights, VersionChain log);

    /**
     * Those versions that have a snapshot here, in the same order.
     *
     * @throws dev.errata.failure.ErrataException SNAPSHOTS_UNREACHABLE
     */
    List<Version> among(List<Version> path);

    /**
     * The weights of a version, or empty when they are not here.
     *
     * @param base tells the tensors' names and shapes
     * @throws dev.errata.failure.ErrataException SAFETENSORS_INVALID when what is here is not what the version's digest says, and it is
     *     dropped, or cannot be read, and it stays. FILE_NOT_WRITTEN when this process has no room to read it through.
     *     SNAPSHOTS_UNREACHABLE when nobody can say whether it is here
     */
    Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base);
}
