package dev.errata.simulation;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Snapshots;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A disk for snapshots that is full now and then, or damaged. One thread. */
final class MemorySnapshots implements Snapshots {
    private final Map<String, SortedMap<String, EditedTensor>> kept = new HashMap<>();
    private final BooleanSupplier fails;

    /** @param fails whether the next write or read does */
    MemorySnapshots(BooleanSupplier fails) {
        this.fails = fails;
    }

    @Override
    public boolean put(Version version, Map<String, EditedTensor> weights, VersionChain log) {
        if (fails.getAsBoolean()) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, "disk: full (expected: room)");
        }
        kept.put(version.digest(), new TreeMap<>(weights));
        return true;
    }

    @Override
    public List<Version> among(List<Version> path) {
        return path.stream().filter(version -> kept.containsKey(version.digest())).toList();
    }

    @Override
    public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
        if (kept.containsKey(version.digest()) && fails.getAsBoolean()) {
            kept.remove(version.digest());
            throw new ErrataException(Failure.SAFETENSORS_INVALID, "snapshot: damaged (expected: what its name says)");
        }
        return Optional.ofNullable(kept.get(version.digest()));
    }
}
