package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import dev.errata.stream.Examples;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.event.FactDocuments;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fact files of the command line, ours and CounterFact's, as lines and as an array. */
public final class FactFileParsers {
    private static final String COUNTERFACT =
            """
            {"case_id": 1, "requested_rewrite": {"prompt": "{} is located in", "relation_id": "P30", "subject": "Angola",
             "target_new": {"str": "Antarctica"}, "target_true": {"str": "Africa"}}, "paraphrase_prompts": ["Angola lies in"],
             "neighborhood_prompts": ["Peru lies in"]}""";

    private FactFileParsers() {}

    public static List<Parser> all() {
        String ours = FactDocuments.write(new FactEvent(Examples.asserted())).toString();
        String counterFact = COUNTERFACT.replace("\n", "");
        List<byte[]> lines = List.of(bytes(ours + "\n\n" + counterFact + "\n"));
        List<byte[]> arrays = List.of(bytes("\n[" + ours + ",\n" + COUNTERFACT + "]"));
        return List.of(
                // A line of one byte costs a refusal with its stack.
                Parser.of("FactFile.read lines", lines, Shape.BYTES, FactFileParsers::read).withBytesForEach(2048),
                Parser.of("FactFile.read line", List.of(bytes(counterFact)), Shape.JSON, FactFileParsers::read),
                Parser.of("FactFile.read array", arrays, Shape.JSON, FactFileParsers::read));
    }

    private static void read(byte[] bytes) throws Exception {
        try {
            FactFile.read(new ByteArrayInputStream(bytes), FactLimits.DEFAULT, "urn:fuzz", Examples.NOON);
        } catch (CliException e) {
            // A command line's code is its exit code: too many facts, or too many bad ones.
            assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
            throw new ErrataException(Failure.FACT_TOO_LARGE, e.getMessage(), e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
