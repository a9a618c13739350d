package dev.errata.history;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of its own for each process that keeps an index in one directory. The operating system lets go of it when the process ends.
 *
 * <h2>Limits</h2> {@value #SLOTS} processes.
 */
final class Slot implements AutoCloseable {
    private static final int SLOTS = 16;

    private final Path file;
    private final FileChannel lock;

    private Slot(Path file, FileChannel lock) {
        this.file = file;
        this.lock = lock;
    }

    /** The first that is free. */
    static Slot take(Path directory) {
        try {
            Files.createDirectories(directory);
            for (int i = 1; i <= SLOTS; i++) {
                FileChannel channel =
                        FileChannel.open(directory.resolve(i + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (locked(channel)) {
                    return new Slot(directory.resolve(i + ".db"), channel);
                }
                channel.close();
            }
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, "index of the history: " + e, e);
        }
        throw new ErrataException(
                Failure.FILE_NOT_WRITTEN, "processes with an index in " + directory + ": " + SLOTS + " (expected: fewer)");
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path file() {
        return file;
    }

    /** Throws away what lies there. */
    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, "index of the history: " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, "index of the history: " + e, e);
        }
    }
}
