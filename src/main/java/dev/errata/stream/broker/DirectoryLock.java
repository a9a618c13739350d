package dev.errata.stream.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One broker for a directory.
 *
 * <p>Kafka has a lock of its own, but where controller and broker share a directory it is taken only after the log of the cluster's
 * metadata was opened and, as after a crash, cut to what is whole. A second process did that to the log of a running broker, which then
 * could neither go on nor end.
 *
 * <p>The operating system lets go of the lock when its process ends in whatever way.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "errata.lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException when the directory is another broker's, in this process or in another */
    static DirectoryLock of(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new IOException("another broker is running on this directory");
        }
        return new DirectoryLock(channel);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
