package dev.errata.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes are: no parser does anything but read them or refuse them with a code. By default some thousand inputs for each;
 * {@code -Derrata.fuzz=1000000} is so many over all, {@code -Derrata.seed=N} the same ones again.
 */
class FuzzTest {
    private static final List<Parser> PARSERS = AllParsers.all();
    private static final int SHARES = PARSERS.stream().mapToInt(Parser::share).sum();
    private static final long INPUTS = Long.getLong("errata.fuzz", 60_000);
    private static final long SEED = Long.getLong("errata.seed", new Random().nextLong());
    private static final int TOLD_MAX = 4000;

    static List<Parser> parsers() {
        return PARSERS;
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void shouldReadOrRefuseWithACodeWhenInputIsWild(Parser parser) throws InterruptedException, IOException {
        long inputs = (INPUTS * parser.share() + SHARES - 1) / SHARES;

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
