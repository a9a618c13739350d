package dev.errata.fuzz;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes are: no parser does anything but read them or refuse them with a code. By default some thousand inputs for each;
 * {@code -Derrata.fuzz=1000000} is so many over all of them, {@code -Derrata.seed=N} gives the same ones again.
 */
class FuzzTest {
    private static final List<Parser> PARSERS = AllParsers.all();
    private static final int SHARES = PARSERS.stream().mapToInt(Parser::share).sum();

    private static final long INPUTS = Long.getLong("errata.fuzz", 40_000);
    private static final long SEED = Fuzzing.seed("errata.seed");

    static List<Parser> parsers() {
        return PARSERS;
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void shouldReadOrRefuseWithACodeWhenInputIsWild(Parser parser) throws InterruptedException, IOException {
        Fuzzing.holds(parser, (INPUTS * parser.share() + SHARES - 1) / SHARES, SEED);
    }
}
