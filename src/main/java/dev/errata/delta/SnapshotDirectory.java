package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Snapshots in a directory, on a disk of this machine or one that several share. Files appear whole, by rename.
 *
 * <h2>Limits</h2> On a disk of this machine a file stays readable to whoever has it open when it is deleted; on NFS reading may
 * then fail with an {@link InternalError}, since files are mapped, as on any disk that fails.
 *
 * <h2>Thread safety</h2> Safe, also between processes.
 */
public final class SnapshotDirectory implements SnapshotPlace {
    private static final String PART = ".tmp";
    /** A file that is still being written is younger than this; an older one was left by a process that died. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path directory;

    /** @param directory need not be there yet */
    public SnapshotDirectory(Path directory) {
        this.directory = directory;
    }

    @Override
    public void write(String name, SafetensorsWriter tensors) {
        Path file = directory.resolve(name);
        try {
            Files.createDirectories(directory);
            tensors.write(file);
            sweep(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, directory + ": " + e + " (expected: a directory to write in)", e);
        }
    }

    /** Deletes what processes that died while they wrote have left. What time it is, the file system says. */
    private void sweep(FileTime now) throws IOException {
        FileTime before = FileTime.from(now.toInstant().minus(ABANDONED));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(file -> file.toString().endsWith(PART)).toList()) {
                if (written(file, now).compareTo(before) < 0) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** One that another process has finished since is as good as new. */
    private static FileTime written(Path file, FileTime now) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException e) {
            return now;
        }
    }

    @Override
    public Optional<Safetensors> read(String name) {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Safetensors.read(file));
        } catch (ErrataException e) {
            if (Files.exists(file)) {
                throw e;
            }
            // Another process has deleted it just now.
            return Optional.empty();
        }
    }

    @Override
    public List<String> names() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private ErrataException unreachable(IOException e) {
        return new ErrataException(Failure.SNAPSHOTS_UNREACHABLE, directory + ": " + e + " (expected: a directory of ours)", e);
    }
}
