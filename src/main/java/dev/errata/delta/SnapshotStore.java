package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * <h2>Limits</h2> The newest {@value #KEPT} are kept. <h2>Thread safety</h2> Safe, also between processes: files appear whole, by rename.
 */
public final class SnapshotStore implements Snapshots {
    private static final int KEPT = 2;
    private static final String SUFFIX = ".safetensors";

    private final Path directory;

    public SnapshotStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void put(Version version, Map<String, EditedTensor> weights) {
        Path file = file(version);
        if (Files.exists(file)) {
            return;
        }
        SafetensorsWriter writer = new SafetensorsWriter();
        weights.forEach((name, tensor) -> writer.floats(name, shape(tensor), tensor.values()));
        writer.write(file);
        forget();
    }

    private void forget() {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> newest = files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparing(SnapshotStore::modified).reversed())
                    .toList();
            for (Path file : newest.subList(Math.min(KEPT, newest.size()), newest.size())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, directory + ": " + e + " (expected: old snapshots can be deleted)", e);
        }
    }

    /** Another process may have deleted it since: then it is the oldest. */
    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
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
            SortedMap<String, EditedTensor> weights = read(Safetensors.parse(Files.readAllBytes(file), file.toString()), base);
            SortedMap<String, String> digests = new TreeMap<>();
            weights.forEach((name, tensor) -> digests.put(name, tensor.digest()));
            if (Digest.version(digests).equals(version.digest())) {
                return Optional.of(weights);
            }
        } catch (IOException | ErrataException | IllegalArgumentException e) {
            // Damaged, which is all that there is to know: the log is read instead.
            return dropped(file);
        }
        return dropped(file);
    }

    private static Optional<SortedMap<String, EditedTensor>> dropped(Path file) {
        try {
            Files.deleteIfExists(file);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
