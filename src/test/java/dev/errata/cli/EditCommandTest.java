package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.experiment.TinyDirectory;
import dev.errata.transformer.CausalLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EditCommandTest {
    private static final String RECORD = """
            {"case_id": 1, "requested_rewrite": {"prompt": "The capital of {} is", "relation_id": "P36", "subject": "%s",
             "target_new": {"str": "%s"}, "target_true": {"str": "%s"}}, "paraphrase_prompts": ["%1$s's capital,"],
             "neighborhood_prompts": ["The capital of Peru is"], "attribute_prompts": [], "generation_prompts": ["In %1$s"]}""";

    @TempDir
    private Path directory;

    private Path model;
    private Path facts;

    @BeforeEach
    void begin() throws IOException {
        model = TinyDirectory.in(directory);
        facts = directory.resolve("facts.json");
        Files.writeString(facts, "[" + RECORD.formatted("Norway", "Rome", "Oslo") + "," + RECORD.formatted("Chile", "Paris", "Lima") + "]");
    }

    @Test
    void shouldEditScoreAndWriteTheModelWhenGivenRecordsOfCounterFact() throws IOException {
        Path report = directory.resolve("report.json");
        Path out = directory.resolve("edited");

        Ran ran = edit(facts.toString(), "--json", report.toString(), "--out", out.toString(), "--text-tokens", "50", "--max-nll", "100");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("written").intValue()).isEqualTo(2);
        assertThat(json.path("rejected")).isEmpty();
        assertThat(json.path("batches").intValue()).isEqualTo(1);
        assertThat(List.of("ES", "PS", "NS", "EA", "PA", "NA", "EM", "PM", "NM", "S", "perplexity"))
                .allMatch(json.path("before")::has).allMatch(json.path("after")::has);
        assertThat(ran.out()).contains("score", "before", "after", "perplexity", "targets", "written: " + out);
        try (CausalLm lm = CausalLm.load(out, "cpu"); CausalLm base = CausalLm.load(model, "cpu")) {
            assertThat(lm.digest()).isNotEqualTo(base.digest());
        }
    }

    @Test
    void shouldUseTheFirstFactsOnlyWhenLimited() {
        Ran ran = edit(facts.toString(), "--limit", "1", "--batch-size", "1", "--max-nll", "0.001");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("rejected: ", "TARGET_NOT_CONVERGED", "0 of 1 facts written in 1 batch");
    }

    @Test
    void shouldEditNothingWhenAFactIsBad() throws IOException {
        Files.writeString(facts, RECORD.formatted("Norway", "Rome", "Oslo").replace("\n", " ") + "\n{\"subject\": \"Chile\"}\n");

        Ran ran = edit(facts.toString(), "--out", directory.resolve("edited").toString());

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("line 2: FACT_UNREADABLE", "nothing was edited: 1 bad facts");
        assertThat(directory.resolve("edited")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--batch-size 0", "--limit 0", "--text-tokens -1", "--device gpu", "--hparams none.json",
        "--covariance-text none.txt", "--model none", "--covariance-tokens x", "--anchor above", "--max-nll 0", "none.json"})
    void shouldSayWhatIsWrongBeforeItEdits(String arguments) {
        List<String> all = new ArrayList<>(List.of(arguments.split(" ")));
        if (!arguments.equals("none.json")) {
            all.add(0, facts.toString());
        }
        Ran ran = edit(all.toArray(String[]::new));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("errata: ");
        assertThat(ran.err()).containsAnyOf("expected: ", "cannot read", "cannot be read", "Cannot convert", "is not a long");
    }

    @Test
    void shouldRefuseAPlaceThatIsTakenBeforeItEdits() {
        Ran ran = edit(facts.toString(), "--out", model.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("FILE_NOT_WRITTEN", "is there already");
    }

    private Ran edit(String... arguments) {
        List<String> all = new ArrayList<>(List.of("edit"));
        if (!List.of(arguments).contains("--model")) {
            all.addAll(List.of("--model", model.toString()));
        }
        all.addAll(List.of("--data", directory.resolve("data").toString()));
        all.addAll(List.of(arguments));
        return Ran.errata(all.toArray(String[]::new));
    }
}
