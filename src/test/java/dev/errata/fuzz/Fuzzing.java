package dev.errata.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Holds parsers to the law. What was found lies under {@code target/fuzz}, and its stack in the output. */
public final class Fuzzing {
    private static final int TOLD_MAX = 4000;

    private Fuzzing() {}

    /** The number of a system property, else one that nobody can foresee. */
    public static long seed(String property) {
        return Long.getLong(property, new Random().nextLong());
    }

    /** Fails for everything that so many inputs have found, and prints what became of them. */
    public static void holds(Parser parser, long inputs, long seed) throws InterruptedException, IOException {
        Tally tally = Watchdog.run(new Fuzzer(parser, seed), inputs, Watchdog.PATIENCE);

        System.out.println("seed " + seed + ": " + tally);
        assertThat(told(parser, tally.findings)).as("%d inputs, seed %d", inputs, seed).isEmpty();
    }

    private static List<String> told(Parser parser, List<Tally.Finding> findings) throws IOException {
        for (int i = 0; i < findings.size(); i++) {
            Tally.Finding finding = findings.get(i);
            Path file = Path.of("target", "fuzz", parser.name().replaceAll("\\W+", "-") + "-" + i + ".bin");
            Files.createDirectories(file.getParent());
            Files.write(file, finding.input());
            if (finding.cause() != null) {
                finding.cause().printStackTrace(System.out);
            }
        }
        return findings.stream().map(finding -> parser + " " + finding.what() + ", input " + text(finding.input())).toList();
    }

    private static String text(byte[] input) {
        String base64 = Base64.getEncoder().encodeToString(input);
        return base64.length() > TOLD_MAX ? "of " + input.length + " bytes under target/fuzz" : base64;
    }
}
