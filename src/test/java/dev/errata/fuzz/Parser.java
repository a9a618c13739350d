package dev.errata.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that reads what somebody else wrote.
 *
 * @param name class and method, {@code DeltaCodec.decode}; behind a space what tells several of one method apart
 * @param corpus inputs that it must accept; shared, not to be changed
 * @param shape how inputs are made from other inputs
 * @param share of the inputs; one that reads files or native code takes less, so that the others get more
 * @param bytesForEach what it may allocate for each byte of its input
 */
public record Parser(String name, List<byte[]> corpus, Shape shape, Reading reading, int share, long bytesForEach) {
    public static final int WHOLE_SHARE = 10;

    /** Reads it, and may check laws of what it has read: an {@link AssertionError} is a finding as any other. */
    public interface Reading {
        void read(byte[] input) throws Exception;
    }

    /** Reads a file, alone in its directory. */
    public interface FileReading {
        void read(Path file) throws Exception;
    }

    public Parser {
        corpus = List.copyOf(corpus);
    }

    public static Parser of(String name, List<byte[]> corpus, Shape shape, Reading reading) {
        return new Parser(name, corpus, shape, reading, WHOLE_SHARE, Fuzzer.BYTES_FOR_EACH);
    }

    /** A parser of files of that name, each in a place of its own: an older one may still be mapped. */
    public static Parser ofFile(String name, String file, List<byte[]> corpus, Shape shape, FileReading reading) {
        Path directory = directory();
        return of(name, corpus, shape, input -> {
            Path at = directory.resolve(file);
            Files.deleteIfExists(at);
            Files.write(at, input);
            reading.read(at);
        });
    }

    /** The same with a smaller share of the inputs. */
    public Parser withShare(int smaller) {
        return new Parser(name, corpus, shape, reading, smaller, bytesForEach);
    }

    /** The same that may allocate so much for each byte of an input. */
    public Parser withBytesForEach(long bytes) {
        return new Parser(name, corpus, shape, reading, share, bytes);
    }

    /** {@code DeltaCodec.decode}: what it is called in the code. */
    public String method() {
        return name.split(" ", 2)[0];
    }

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "fuzz")), "files");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
