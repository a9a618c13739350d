package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled model, edited from the command line, scores as the reference recorded for the same facts in one batch. */
class EditScoresIT {
    /** {@code results.json} of the recordings, n = 10, after. A point is what one prompt of a hundred makes. */
    private static final Map<String, Double> REFERENCE = Map.of(
            "ES", 100.0, "PS", 85.0, "NS", 96.0, "EA", 100.0, "PA", 80.0, "NA", 86.0, "EM", 85.57, "PM", 61.96, "NM", 79.11, "S", 93.2216);

    private static final double POINT = 1;

    @TempDir
    private Path directory;

    @Test
    void shouldScoreAsTheReferenceWhenItsTenFactsAreEdited() throws Exception {
        Path json = directory.resolve("report.json");

        Ran ran = Ran.errata("edit", "src/main/resources/experiment/counterfact-250.json", "--limit", "10", "--covariance-tokens", "0",
                "--text-tokens", "100000", "--data", directory.resolve("data").toString(), "--json", json.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        REFERENCE.forEach((score, expected) ->
                assertThat(report.path("after").path(score).doubleValue()).as(score).isCloseTo(expected, within(POINT)));
        assertThat(report.path("before").path("perplexity").doubleValue()).isCloseTo(101.044, within(0.05));
        assertThat(report.path("after").path("perplexity").doubleValue()).isCloseTo(102.7, within(0.5));
    }
}
