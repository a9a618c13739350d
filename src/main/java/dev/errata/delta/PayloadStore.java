package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Payloads on disk by their SHA-256, so that an older version can be replayed without reading the whole log again.
 *
 * <p>A cache: it may lose anything at any time, and what it gives back was checked against its name. The log is the truth.
 *
 * <h2>Thread safety</h2> Safe, also between processes: files appear whole, by rename.
 */
public final class PayloadStore {
    private final Path directory;

    public PayloadStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps a payload under the name that {@code ref} gives it. */
    public void put(PayloadRef ref, byte[] payload) {
        Path file = file(ref);
        if (Files.exists(file)) {
            return;
        }
        try {
            Path part = Files.createTempFile(directory, "payload", ".part");
            Files.write(part, payload);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The payload, or empty when it is not here or not what its name says. */
    public Optional<byte[]> get(PayloadRef ref) {
        try {
            byte[] payload = Files.readAllBytes(file(ref));
            return Digest.sha256(payload).equals(ref.sha256()) ? Optional.of(payload) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The payload; {@link Failure#CHUNK_INVALID} when it is not here. */
    public byte[] require(PayloadRef ref) {
        return get(ref).orElseThrow(() ->
                new ErrataException(Failure.CHUNK_INVALID, "payload: " + ref.sha256() + " is not in " + directory + " (expected: read from the log)"));
    }

    private Path file(PayloadRef ref) {
        return directory.resolve(ref.sha256());
    }
}
