package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.FileUnreadable;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@link Snapshots} in a {@link SnapshotPlace}: a safetensors file for each, named after the version's number and its digest, which is that
 * of its tensors. A file that is proven not to be what its name says is dropped.
 *
 * <p>After each write {@link Thinning} decides which of this log's versions keep theirs. One that is of no version of this log (the log was
 * restored from a backup) goes; one that is of a later version than this process knows is left to others. Nothing waits for readers: a
 * place lets them read to the end, and who comes too late begins at an older snapshot or at the base.
 *
 * <h2>Limits</h2> One line of versions for each place. <h2>Thread safety</h2> Safe, also between processes.
 */
public final class SnapshotStore implements Snapshots {
    /** Files from before names had numbers are of no version, and go. */
    private static final Pattern NAME = Pattern.compile("(?:(\\d{1,18})-)?([0-9a-f]{64})\\.safetensors");

    private final SnapshotPlace place;

    public SnapshotStore(SnapshotPlace place) {
        this.place = place;
    }

    /** In a directory, which need not be there yet. */
    public SnapshotStore(Path directory) {
        this(new SnapshotDirectory(directory));
    }

    @Override
    public boolean put(Version version, Map<String, EditedTensor> weights, VersionChain log) {
        List<String> there = place.names();
        String name = name(version.number(), version.digest());
        if (!there.contains(name)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            weights.forEach((tensor, values) -> writer.floats(tensor, shape(values), values.values()));
            place.write(name, writer);
        }
        thin(there, version.number(), log);
        return true;
    }

    private void thin(List<String> there, long written, VersionChain log) {
        SortedSet<Long> numbers = new TreeSet<>(List.of(written));
        for (String name : there) {
            Matcher parts = NAME.matcher(name);
            if (parts.matches()) {
                long number = parts.group(1) == null ? 0 : Long.parseLong(parts.group(1));
                if (number <= log.head() && log.digest(number).equals(parts.group(2)) && number > 0) {
                    numbers.add(number);
                } else if (number <= log.head()) {
                    place.delete(name);
                }
            }
        }
        SortedSet<Long> gone = new TreeSet<>(numbers);
        gone.removeAll(Thinning.kept(numbers));
        gone.forEach(number -> place.delete(name(number, log.digest(number))));
    }

    @Override
    public List<Version> among(List<Version> path) {
        Set<String> there = Set.copyOf(place.names());
        return path.stream().filter(version -> there.contains(name(version.number(), version.digest()))).toList();
    }

    @Override
    public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
        String name = name(version.number(), version.digest());
        try {
            Optional<Safetensors> file = place.read(name);
            Optional<SortedMap<String, EditedTensor>> weights = file.map(tensors -> read(tensors, base));
            weights.ifPresent(found -> requireDigest(version.digest(), found));
            return weights;
        } catch (ErrataException | IllegalArgumentException e) {
            if (!isDamaged(e)) {
                throw e;
            }
            throw new ErrataException(Failure.SAFETENSORS_INVALID, "snapshot dropped: " + e.getMessage(), dropped(name, e));
        }
    }

    /** Whether it is the file that is wrong. The store may be shared: what this process alone cannot read must not be lost to others. */
    private static boolean isDamaged(RuntimeException reason) {
        return !(reason instanceof ErrataException coded)
                || coded.failure() == Failure.TENSOR_MISSING
                || coded.failure() == Failure.SAFETENSORS_INVALID && !(coded instanceof FileUnreadable);
    }

    private static void requireDigest(String expected, SortedMap<String, EditedTensor> weights) {
        SortedMap<String, String> digests = new TreeMap<>();
        weights.values().parallelStream().map(tensor -> Map.entry(tensor.name(), tensor.digest())).toList()
                .forEach(entry -> digests.put(entry.getKey(), entry.getValue()));
        String digest = Digest.version(digests);
        if (!digest.equals(expected)) {
            throw new IllegalArgumentException("digest: " + digest + " (expected: " + expected + ")");
        }
    }

    /** Where it cannot be deleted it is refused again the next time. */
    private RuntimeException dropped(String name, RuntimeException reason) {
        try {
            place.delete(name);
        } catch (ErrataException e) {
            reason.addSuppressed(e);
        }
        return reason;
    }

    private static SortedMap<String, EditedTensor> read(Safetensors file, Map<String, EditedTensor> base) {
        SortedMap<String, EditedTensor> weights = new TreeMap<>();
        base.forEach((name, like) ->
                weights.put(name, new EditedTensor(name, like.transposed(), like.out(), like.in(), file.floats(name))));
        return Collections.unmodifiableSortedMap(weights);
    }

    private static long[] shape(EditedTensor tensor) {
        return tensor.transposed() ? new long[] {tensor.in(), tensor.out()} : new long[] {tensor.out(), tensor.in()};
    }

    private static String name(long number, String digest) {
        return number + "-" + digest + ".safetensors";
    }
}
