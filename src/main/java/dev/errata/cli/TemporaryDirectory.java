package dev.errata.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that lasts as long as a command. What cannot be deleted at the end is named on standard error and left behind. */
public record TemporaryDirectory(Path path) implements AutoCloseable {

    /** @param name what its name begins with */
    public static TemporaryDirectory named(String name) {
        try {
            return new TemporaryDirectory(Files.createTempDirectory(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("errata: " + path + " is left behind: " + e.getMessage());
        }
    }
}
