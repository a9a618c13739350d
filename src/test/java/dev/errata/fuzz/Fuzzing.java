package dev.errata.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Holds parsers to the law. {@code -Derrata.fuzz=1000000} is how many inputs there are over all of them, {@code -Derrata.seed=N} gives the
 * same ones again; what was found lies under {@code target/fuzz}, and its stack in the output.
 */
public final class Fuzzing {
    private static final long INPUTS = Long.getLong("errata.fuzz", 60_000);
    private static final long SEED = Long.getLong("errata.seed", new Random().nextLong());
    private static final int TOLD_MAX = 4000;

    private Fuzzing() {}

    /** @param shares of all parsers together */
    public static void holds(Parser parser, int shares) throws InterruptedException, IOException {
        long inputs = (INPUTS * parser.share() + shares - 1) / shares;

        Tally tally = Watchdog.run(new Fuzzer(parser, SEED), inputs, Watchdog.PATIENCE);

        System.out.println("seed " + SEED + ": " + tally);
        assertThat(told(parser, tally.findings)).as("-Derrata.fuzz=%d -Derrata.seed=%d", INPUTS, SEED).isEmpty();
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
