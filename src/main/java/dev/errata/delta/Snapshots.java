package dev.errata.delta;

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
        public void put(Version version, Map<String, EditedTensor> weights) {}

        @Override
        public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
            return Optional.empty();
        }
    };

    /**
     * Keeps the weights of a version.
     *
     * @throws dev.errata.failure.ErrataException FILE_NOT_WRITTEN; what was kept before is still there
     */
    void put(Version version, Map<String, EditedTensor> weights);

    /**
     * The weights of a version, or empty when they are not here.
     *
     * @param base tells the tensors' names and shapes
     * @throws dev.errata.failure.ErrataException SAFETENSORS_INVALID when what is here cannot be read or is not what the version's digest
     *     says; it is dropped
     */
    Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base);
}
