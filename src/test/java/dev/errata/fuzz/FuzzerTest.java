package dev.errata.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The fuzzer sees what it is there to see. */
class FuzzerTest {
    private static final List<byte[]> CORPUS = List.of("{\"length\":4,\"name\":\"abc\"}".getBytes(StandardCharsets.UTF_8));

    private static Tally run(Parser.Reading reading) throws InterruptedException {
        return Watchdog.run(new Fuzzer(Parser.of("Planted.read", CORPUS, Shape.JSON, reading), 5), 4000, Duration.ofSeconds(10));
    }

    private static ErrataException refusal(String message) {
        return new ErrataException(Failure.REQUEST_INVALID, message);
    }

    private static boolean holds(byte[] input, String text) {
        return new String(input, StandardCharsets.ISO_8859_1).contains(text);
    }

    @Test
    void shouldFindNothingWhenEverythingIsReadOrRefused() throws InterruptedException {
        Tally tally = run(input -> {
            if (!holds(input, "\"length\":4")) {
                throw refusal("length");
            }
        });

        assertThat(tally.findings).isEmpty();
        assertThat(tally.inputs).isEqualTo(4001);
        assertThat(tally.accepted + tally.refused.get("REQUEST_INVALID")).isEqualTo(4001);
        assertThat(tally.accepted).isBetween(100L, 3900L);
    }

    @Test
    void shouldFindWhatIsThrownWithoutACode() throws InterruptedException {
        assertThat(run(input -> {
            if (holds(input, "[[[[")) {
                throw new StackOverflowError();
            }
        }).findings).singleElement().satisfies(finding -> assertThat(finding.what()).contains("StackOverflowError"));
        assertThat(run(input -> {
            if (holds(input, "2147483647")) {
                throw new ErrataException(Failure.INTERNAL, "a bug of ours");
            }
        }).findings).hasSize(1);
    }

    @Test
    void shouldFindWhatAllocatesMoreThanItsInputIsWorth() throws InterruptedException {
        assertThat(run(input -> Arrays.fill(new byte[holds(input, "1073741824") ? 20 << 20 : 1], (byte) 1)).findings)
                .singleElement().satisfies(finding -> assertThat(finding.what()).startsWith("allocated"));
    }

    @Test
    void shouldFindWhatDoesNotEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Parser parser = Parser.of("Planted.read", CORPUS, Shape.JSON, input -> never.await());

        Tally tally = Watchdog.run(new Fuzzer(parser, 5), 1, Duration.ofMillis(50));

        assertThat(tally.findings).singleElement().satisfies(finding -> assertThat(finding.what()).contains("was not read"));
    }

    @Test
    void shouldFindAnInputOfTheCorpusThatIsRefused() throws InterruptedException {
        assertThat(run(input -> {
            throw refusal("everything");
        }).findings).singleElement().satisfies(finding -> assertThat(finding.what()).contains("corpus"));
    }

    /** Each of six bytes must have another upper half than it has, and no input changes more than four. */
    @Test
    void shouldComeThroughCheckBehindCheckWhenRefusalsGuideIt() throws InterruptedException {
        List<byte[]> through = new ArrayList<>();
        Parser parser = Parser.of("Planted.read", List.of(new byte[6]), Shape.BYTES, input -> {
            if (input.length != 6 || Arrays.equals(input, new byte[6])) {
                return;
            }
            first(input);
            through.add(input);
        });

        Watchdog.run(new Fuzzer(parser, 5), 200_000, Duration.ofSeconds(10));

        assertThat(through).isNotEmpty();
    }

    /** Each check on a line of its own, as in a parser. */
    private static void first(byte[] input) {
        check(input, 0);
        check(input, 1);
        check(input, 2);
        check(input, 3);
        check(input, 4);
        check(input, 5);
    }

    private static void check(byte[] input, int at) {
        if ((input[at] & 0xF0) != 0x40) {
            throw refusal("byte " + at);
        }
    }

    @Test
    void shouldMakeTheSameInputsWhenTheSeedIsTheSame() {
        assertThat(inputs(3)).isEqualTo(inputs(3)).isNotEqualTo(inputs(4));
    }

    private static List<String> inputs(long seed) {
        List<String> all = new ArrayList<>();
        Parser parser = Parser.of("Planted.read", CORPUS, Shape.JSON, input -> {
            all.add(Arrays.toString(input));
            throw all.size() == 1 ? new IllegalStateException() : refusal("no");
        });
        new Fuzzer(parser, seed).run(500);
        return all;
    }
}
