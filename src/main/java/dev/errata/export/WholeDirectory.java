package dev.errata.export;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory that appears whole or not at all: it is made beside its place and renamed. Never over one that holds something.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class WholeDirectory {
    private WholeDirectory() {}

    /** Fills a directory. */
    interface Filling {
        void fill(Path directory) throws IOException;
    }

    /**
     * Refuses a place that is taken: by a link as well, wherever it points.
     *
     * @throws ErrataException FILE_NOT_WRITTEN
     */
    public static void requireFree(Path out) {
        if (Files.isDirectory(out, NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.list(out)) {
                if (files.findAny().isEmpty()) {
                    return;
                }
            } catch (IOException e) {
                throw notWritten(out, e.toString(), e);
            }
        } else if (!Files.exists(out, NOFOLLOW_LINKS)) {
            return;
        }
        throw notWritten(out, "is there already", null);
    }

    /** @throws ErrataException FILE_NOT_WRITTEN, and whatever filling it throws */
    static void make(Path out, Filling filling) {
        requireFree(out);
        Path whole = out.toAbsolutePath().normalize();
        Path half = whole.resolveSibling(whole.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectories(half);
            try {
                filling.fill(half);
                // Takes the place of an empty directory, and of nothing else.
                Files.move(half, whole, ATOMIC_MOVE);
            } finally {
                delete(half);
            }
        } catch (IOException e) {
            throw notWritten(out, e.toString(), e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static ErrataException notWritten(Path out, String what, Exception cause) {
        return new ErrataException(Failure.FILE_NOT_WRITTEN, out + ": " + what + " (expected: a directory that can be made)", cause);
    }
}
