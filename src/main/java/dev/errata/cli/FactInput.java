package dev.errata.cli;

import dev.errata.delta.LiveFact;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.service.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

    /** The facts that a file asserts, all of them good; empty without a file. */
    static Optional<List<LiveFact>> given(String file, PrintWriter err) {
        if (file == null) {
            return Optional.empty();
        }
        FactFile facts = read(file, "urn:errata:cli");
        tell(facts.bad(), err);
        if (!facts.bad().isEmpty()) {
            throw new CliException(ExitCode.BAD_INPUT, file + ": " + facts.bad().size() + " bad facts");
        }
        return Optional.of(facts.changes().stream()
                .map(FactFile.Change::change)
                .filter(Asserted.class::isInstance)
                .map(change -> LiveFact.of((Asserted) change))
                .toList());
    }

    /** The first bad ones, a line each. */
    static void tell(List<FactFile.Bad> bad, PrintWriter err) {
        bad.stream().limit(BAD_TOLD).forEach(one -> err.println("line " + one.line() + ": " + one.code() + ": " + one.message()));
        if (bad.size() > BAD_TOLD) {
            err.println("and " + (bad.size() - BAD_TOLD) + " more");
        }
    }
}
