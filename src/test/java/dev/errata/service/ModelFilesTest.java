package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.Priors;
import dev.errata.transformer.CausalLm;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside a model, and what is made once and kept. */
class ModelFilesTest {
    private static CausalLm lm;

    @TempDir
    Path directory;

    private Path model;
    private Path text;
    private ModelFiles files;

    @BeforeAll
    static void load() {
        lm = CausalLm.load(resource("/oracle/gptj/model"), "cpu");
    }

    @AfterAll
    static void close() {
        lm.close();
    }

    /** A model's directory with hyper-parameters and a text of some documents; everything else is missing. */
    @BeforeEach
    void begin() throws IOException {
        model = Files.createDirectories(directory.resolve("tiny"));
        String hparams = new ObjectMapper().readTree(resource("/oracle/gptj/memit/memit.json").toFile()).get("hparams").toString();
        Files.writeString(model.resolve("hparams.json"), hparams);
        text = model.resolve("covariance.txt");
        Files.write(text, Files.readAllLines(resource("/oracle/covariance.txt")).subList(0, 20));
        files = files(Map.of());
    }

    private ModelFiles files(Map<String, String> more) {
        Map<String, String> values =
                new HashMap<>(Map.of("errata.model.dir", model.toString(), "errata.state.dir", directory.resolve("state").toString()));
        values.putAll(more);
        return new ModelFiles(TestSettings.of(values));
    }

    private static Path resource(String name) {
        try {
            return Path.of(ModelFilesTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Covariance covariance(ModelFiles of) {
        return of.covariance(lm, of.hyperParameters());
    }

    private static void fails(Failure failure, String why, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure))
                .hasMessageContaining(why);
    }

    /** When a file was written; made old first, so that a second writing would show. */
    private static FileTime aged(Path file) throws IOException {
        return Files.getLastModifiedTime(Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z"))));
    }

    @Test
    void shouldKeepTheCovarianceWhenItWasComputedOnce() throws IOException {
        Covariance computed = covariance(files);
        Path kept = files.covarianceFile();
        FileTime written = aged(kept);

        Covariance again = covariance(files(Map.of()));

        assertThat(kept).startsWith(directory.resolve("state"));
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(written);
        assertThat(again.tokens()).isEqualTo(computed.tokens()).isPositive();
        assertThat(again.blocks()).isEqualTo(computed.blocks()).containsExactlyElementsOf(files.hyperParameters().layers());
    }

    @Test
    void shouldRefuseTheCovarianceWhenTheTextHasChanged() throws IOException {
        covariance(files);
        Files.writeString(text, Files.readString(text) + "One more document.\n");

        fails(Failure.COVARIANCE_MISMATCH, "text", () -> covariance(files(Map.of())));
    }

    @Test
    void shouldRefuseTheCovarianceWhenAnotherNumberOfTokensOrLayersIsAskedFor() throws IOException {
        covariance(files);

        fails(Failure.COVARIANCE_MISMATCH, "max_tokens", () -> covariance(files(Map.of("errata.covariance.max-tokens", "0"))));
        String hparams = Files.readString(model.resolve("hparams.json")).replace("[0,1]", "[0,2]");
        Files.writeString(model.resolve("hparams.json"), hparams);
        fails(Failure.COVARIANCE_MISMATCH, "block.2", () -> covariance(files(Map.of())));
    }

    @Test
    void shouldReadTenToFortyTokensForEachDimensionOfAKeyWhenNothingElseIsAskedFor() throws IOException {
        Files.copy(resource("/oracle/covariance.txt"), text, StandardCopyOption.REPLACE_EXISTING);

        Covariance covariance = covariance(files);

        long wanted = 10L * lm.config().keyWidth();
        assertThat(covariance.tokens()).isBetween(wanted, 4 * wanted + lm.config().positions());
        assertThat(covariance.standardError()).isPositive();
        assertThat(directory.resolve("state/models/tiny/covariance.partial.safetensors")).doesNotExist();
    }

    @Test
    void shouldTakeAGivenCovarianceWithoutAnyText() throws IOException {
        long tokens = covariance(files).tokens();
        Path given = directory.resolve("given.safetensors");
        Files.move(files.covarianceFile(), given);
        Files.delete(text);

        assertThat(covariance(files(Map.of("errata.covariance.file", given.toString()))).tokens()).isEqualTo(tokens);
        Path npz = resource("/npz");
        assertThat(covariance(files(Map.of("errata.covariance.file", npz.toString()))).tokens()).isEqualTo(300);
        fails(Failure.SETTING_INVALID, "errata.covariance.file", () -> covariance(files(Map.of("errata.covariance.file", "nowhere.npz"))));
    }

    @Test
    void shouldKeepTheInversesWhenTheyWereMadeOnce() {
        Covariance covariance = covariance(files);
        try (Priors first = files.priors(lm, files.hyperParameters(), covariance)) {
            assertThat(first.inverted()).containsExactly(0, 1);
        }

        try (Priors again = files.priors(lm, files.hyperParameters(), covariance(files(Map.of())))) {
            assertThat(again.inverted()).isEmpty();
        }
    }

    @Test
    void shouldReadTheWholeTextWhenZeroTokensAreAskedFor() throws IOException {
        Files.copy(resource("/oracle/covariance.txt"), text, StandardCopyOption.REPLACE_EXISTING);

        assertThat(covariance(files(Map.of("errata.covariance.max-tokens", "0"))).tokens()).isEqualTo(41_061);
    }

    @Test
    void shouldUseTheCovarianceThatLiesBesideTheModel() throws IOException {
        covariance(files);
        Path shipped = model.resolve("covariance.safetensors");
        Files.move(files.covarianceFile(), shipped);

        assertThat(files.covarianceFile()).isEqualTo(shipped);
        covariance(files);
        assertThat(directory.resolve("state/models/tiny/covariance.safetensors")).doesNotExist();
    }

    @Test
    void shouldSayWhichSettingWhenThereIsNoText() throws IOException {
        Files.delete(text);

        fails(Failure.SETTING_INVALID, "errata.covariance.text", () -> covariance(files));
    }

    @Test
    void shouldKeepTheContextsWhenTheyWereGeneratedOnce() throws IOException {
        Contexts generated = files.contexts(lm);
        Path kept = directory.resolve("state/models/tiny/contexts.json");
        FileTime written = aged(kept);

        Contexts again = files(Map.of()).contexts(lm);

        assertThat(again).isEqualTo(generated);
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(written);
        try (Stream<Path> all = Files.list(kept.getParent())) {
            assertThat(all).containsExactly(kept);
        }
    }

    @Test
    void shouldPreferGivenContextsToThoseBesideTheModelAndTheseToKeptOnes() throws IOException {
        Contexts generated = files.contexts(lm);
        Contexts beside = contexts("beside");
        beside.write(model.resolve("contexts.json"));
        Contexts given = contexts("given");
        Path file = directory.resolve("given.json");
        given.write(file);

        assertThat(files.contexts(lm)).isEqualTo(beside).isNotEqualTo(generated);
        assertThat(files(Map.of("errata.model.contexts", file.toString())).contexts(lm)).isEqualTo(given);
    }

    private static Contexts contexts(String word) {
        return Contexts.parse("[\"{}\", \"%1$s 1. {}\", \"%1$s 2. {}\", \"%1$s 3. {}\", \"%1$s 4. {}\", \"%1$s 5. {}\"]".formatted(word));
    }

    @Test
    void shouldMeasureNoDriftWhenThereIsNoFixedText() throws IOException {
        assertThat(files.evaluationText()).isEmpty();

        Path heldOut = Files.writeString(model.resolve("wiki_heldout.txt"), "text");
        assertThat(files.evaluationText()).contains(heldOut);
        assertThat(files(Map.of("errata.evaluation.text", "other.txt")).evaluationText()).contains(Path.of("other.txt"));
    }

    @Test
    void shouldSayWhichFileWhenHyperParametersAreMissing() {
        HyperParameters parameters = files.hyperParameters();
        assertThat(parameters.layers()).containsExactly(0, 1);

        fails(Failure.HYPER_PARAMETERS_INVALID, "nowhere.json",
                () -> files(Map.of("errata.model.hparams", "nowhere.json")).hyperParameters());
    }
}
