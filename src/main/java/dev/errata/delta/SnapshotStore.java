package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@link Snapshots} on disk: a safetensors file for each, named after the version's digest, which is that of its tensors. A file that is
 * not what its name says is dropped.
 *
 * <h2>Limits</h2> The newest {@value #KEPT} are kept. <h2>Thread safety</h2> Safe, also between processes: files appear whole, by rename,
 * and one that another process deletes meanwhile is a snapshot less.
 */
public final class SnapshotStore implements Snapshots {
    private static final int KEPT = 2;
    private static final String SUFFIX = ".safetensors";

    private final Path directory;

    /** @param directory need not be there yet */
    public SnapshotStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public void put(Version version, Map<String, EditedTensor> weights) {
        Path file = file(version);
        if (Files.exists(file)) {
            return;
        }
        SafetensorsWriter writer = new SafetensorsWriter();
        weights.forEach((name, tensor) -> writer.floats(name, shape(tensor), tensor.values()));
        try {
            Files.createDirectories(directory);
            writer.write(file);
            forget();
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, directory + ": " + e + " (expected: a directory to write in)", e);
        }
    }

    /** Deletes all but the newest, and what processes that died while they wrote have left. */
    private void forget() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> newest = files.sorted(Comparator.comparing(SnapshotStore::written).reversed()).toList();
            for (Path file : newest.subList(Math.min(KEPT, newest.size()), newest.size())) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** What was not finished is older than any snapshot, and so is what another process has deleted since. */
    private static FileTime written(Path file) {
        try {
            return file.toString().endsWith(SUFFIX) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    @Override
    public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
        Path file = file(version);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            SortedMap<String, EditedTensor> weights = read(Safetensors.read(file), base);
            requireDigest(version.digest(), weights);
            return Optional.of(weights);
        } catch (ErrataException | IllegalArgumentException e) {
            throw new ErrataException(Failure.SAFETENSORS_INVALID, "snapshot dropped: " + e.getMessage(), dropped(file, e));
        }
    }

    private static void requireDigest(String expected, SortedMap<String, EditedTensor> weights) {
        SortedMap<String, String> digests = new TreeMap<>();
        weights.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        String digest = Digest.version(digests);
        if (!digest.equals(expected)) {
            throw new IllegalArgumentException("digest: " + digest + " (expected: " + expected + ")");
        }
    }

    /** Where it cannot be deleted it is refused again the next time. */
    private static RuntimeException dropped(Path file, RuntimeException reason) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
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

    private Path file(Version version) {
        return directory.resolve(version.digest() + SUFFIX);
    }
}
