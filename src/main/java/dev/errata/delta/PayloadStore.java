package dev.errata.delta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@link Payloads} on disk. A file that is not what its name says is dropped, so that reading the log again puts the right one there.
 *
 * <h2>Limits</h2> It keeps every payload; only somebody else deletes. <h2>Thread safety</h2> Safe, also between processes: files appear
 * whole, by rename.
 */
public final class PayloadStore implements Payloads {
    private static final String PART = ".part";
    /** A file that is still being written is younger than this; an older one was left by a process that died. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path directory;

    public PayloadStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            sweep();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what processes that died have left. What time it is, the file system says. */
    private void sweep() throws IOException {
        Path newest = Files.createTempFile(directory, "now", PART);
        FileTime before = FileTime.from(Files.getLastModifiedTime(newest).toInstant().minus(ABANDONED));
        Files.delete(newest);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(file -> file.toString().endsWith(PART)).toList()) {
                deleteIfOlder(file, before);
            }
        }
    }

    private static void deleteIfOlder(Path file, FileTime than) throws IOException {
        try {
            if (Files.getLastModifiedTime(file).compareTo(than) < 0) {
                Files.delete(file);
            }
        } catch (NoSuchFileException e) {
            // Another process has finished it, or swept it, at the same time: it is gone, as it should be.
            return;
        }
    }

    @Override
    public void put(PayloadRef ref, byte[] payload) {
        Path file = file(ref);
        if (Files.exists(file)) {
            return;
        }
        try {
            Path part = Files.createTempFile(directory, "payload", PART);
            try {
                Files.write(part, payload);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<byte[]> get(PayloadRef ref) {
        try {
            byte[] payload = Files.readAllBytes(file(ref));
            if (Digest.sha256(payload).equals(ref.sha256())) {
                return Optional.of(payload);
            }
            Files.deleteIfExists(file(ref));
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private Path file(PayloadRef ref) {
        return directory.resolve(ref.sha256());
    }
}
