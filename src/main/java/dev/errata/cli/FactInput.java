package dev.errata.cli;

import dev.errata.service.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The fact file that a command line names, read with the configured limits. */
final class FactInput {
    private static final int BAD_TOLD = 20;

    private FactInput() {}

    /** @param file a path, or - for standard input */
    static FactFile read(String file, String source) {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            return FactFile.read(in, new Wiring(Configured.now().settings()).limits(), source, Instant.now());
        } catch (IOException e) {
            throw new CliException(ExitCode.BAD_INPUT, "cannot read " + file + ": " + e, e);
        }
    }

    /** The first bad ones, a line each. */
    static void tell(List<FactFile.Bad> bad, PrintWriter err) {
        bad.stream().limit(BAD_TOLD).forEach(one -> err.println("line " + one.line() + ": " + one.code() + ": " + one.message()));
        if (bad.size() > BAD_TOLD) {
            err.println("and " + (bad.size() - BAD_TOLD) + " more");
        }
    }
}
