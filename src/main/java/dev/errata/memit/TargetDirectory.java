package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Kept targets as files named by their keys. A file that cannot be read as a target is reported, deleted and counts as not there.
 *
 * <h2>Limits</h2> It grows to a number of bytes; beyond that the targets that were not asked for longest go, a tenth at a time.
 * <h2>Thread safety</h2> Safe, also between processes: files appear whole, by rename. Several processes bound it each for themselves.
 */
public final class TargetDirectory implements TargetStore {
    private static final Logger LOG = Logger.getLogger(TargetDirectory.class);
    private static final String SUFFIX = ".target";
    private static final String PART = ".part";
    private static final double KEPT_SHARE = 0.9;
    /** A file that is still being written is younger than this; an older one was left by a process that died. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path directory;
    private final long maxBytes;
    private final Clock clock;
    private long bytes;

    /**
     * @param maxBytes how much it may hold, at least 1
     * @throws ErrataException FILE_NOT_WRITTEN when the directory cannot be made or listed
     */
    public TargetDirectory(Path directory, long maxBytes, Clock clock) {
        if (maxBytes < 1) {
            throw new ErrataException(Failure.SETTING_INVALID, "kept targets: " + maxBytes + " bytes (expected: 1 or more)");
        }
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.clock = clock;
        try {
            Files.createDirectories(directory);
            FileTime abandoned = FileTime.from(clock.instant().minus(ABANDONED));
            files(PART).stream().filter(part -> part.used().compareTo(abandoned) < 0).forEach(part -> delete(part.file()));
            this.bytes = files(SUFFIX).stream().mapToLong(Kept::size).sum();
        } catch (IOException e) {
            throw new ErrataException(
                    Failure.FILE_NOT_WRITTEN, "kept targets: " + directory + " (expected: a directory to write to): " + e, e);
        }
    }

    @Override
    public Optional<KeptTarget> find(TargetKey key) {
        Path file = file(key);
        try {
            KeptTarget target = KeptTargetCodec.decode(Files.readAllBytes(file));
            // What is asked for stays longest.
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return Optional.of(target);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (ErrataException e) {
            LOG.warnf("kept target %s is broken and will be searched again: %s", file, e.getMessage());
            delete(file);
            return Optional.empty();
        } catch (IOException e) {
            LOG.warnf("kept target %s cannot be read and will be searched again: %s", file, e);
            return Optional.empty();
        }
    }

    @Override
    public void keep(TargetKey key, KeptTarget target) {
        Path file = file(key);
        byte[] encoded = KeptTargetCodec.encode(target);
        try {
            boolean there = Files.exists(file);
            Path part = Files.createTempFile(directory, "target", PART);
            try {
                Files.write(part, encoded);
                Files.setLastModifiedTime(part, FileTime.from(clock.instant()));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
            grown(there ? 0 : encoded.length);
        } catch (IOException e) {
            LOG.warnf("target %s is not kept and may be searched again: %s", file, e);
        }
    }

    /** Whether there is a file for it; {@link #find} says whether it is whole. */
    public boolean holds(TargetKey key) {
        return Files.exists(file(key));
    }

    private synchronized void grown(long by) throws IOException {
        bytes += by;
        if (bytes <= maxBytes) {
            return;
        }
        List<Kept> oldestFirst = new ArrayList<>(files(SUFFIX));
        oldestFirst.sort(Comparator.comparing(Kept::used).thenComparing(kept -> kept.file().toString()));
        bytes = oldestFirst.stream().mapToLong(Kept::size).sum();
        for (Kept kept : oldestFirst) {
            if (bytes <= KEPT_SHARE * maxBytes) {
                return;
            }
            delete(kept.file());
            bytes -= kept.size();
        }
    }

    private record Kept(Path file, long size, FileTime used) {}

    private List<Kept> files(String suffix) throws IOException {
        List<Kept> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.filter(file -> file.toString().endsWith(suffix)).toList()) {
                try {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    files.add(new Kept(file, attributes.size(), attributes.lastModifiedTime()));
                } catch (NoSuchFileException e) {
                    LOG.debugf("kept target %s went while the directory was listed", file);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return files;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf("kept target %s cannot be deleted: %s", file, e);
        }
    }

    private Path file(TargetKey key) {
        return directory.resolve(key.sha256() + SUFFIX);
    }
}
