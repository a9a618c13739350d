package dev.errata.fuzz;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are: no parser does anything but read them or refuse them with a code. By default some thousand inputs for each. */
class FuzzTest {
    private static final List<Parser> PARSERS = AllParsers.all();
    private static final int SHARES = PARSERS.stream().mapToInt(Parser::share).sum();

    static List<Parser> parsers() {
        return PARSERS;
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void shouldReadOrRefuseWithACodeWhenInputIsWild(Parser parser) throws InterruptedException, IOException {
        Fuzzing.holds(parser, SHARES);
    }
}
