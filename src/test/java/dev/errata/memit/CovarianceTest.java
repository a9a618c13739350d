package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.Tap;
import dev.errata.transformer.TokenRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CovarianceTest {
    private static final String LONG = "It goes on and on ".repeat(80).strip();
    private static final String TEXT = "The capital of Norway is Oslo .\n\n   \nA lobster , by any name .  \n" + LONG + " \nX\n";

    private static CausalLm lm;

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        lm = TinyModel.load();
    }

    @AfterAll
    static void close() {
        lm.close();
    }

    @Test
    void shouldAverageOverEveryTokenOfEveryDocumentAlone() throws Exception {
        Covariance covariance = compute(text(TEXT), OptionalLong.empty());

        List<String> documents = List.of("The capital of Norway is Oslo .", "A lobster , by any name .", LONG, "X");
        double[] sum = new double[128 * 128];
        int tokens = 0;
        for (String document : documents) {
            long[] ids = lm.tokenizer().encode(document).ids();
            tokens += addMoments(Arrays.copyOf(ids, Math.min(ids.length, lm.config().positions())), sum);
        }
        assertThat(covariance.tokens()).isEqualTo(tokens);
        assertThat(covariance.blocks()).containsExactly(0, 1);
        double[] mean = covariance.mean(1);
        for (int i = 0; i < sum.length; i++) {
            assertThat(mean[i]).isCloseTo(sum[i] / tokens, within(1e-6));
        }
    }

    private static int addMoments(long[] ids, double[] sum) {
        try (NDManager m = lm.manager().newSubManager()) {
            TokenRows row = TokenRows.of(ids);
            List<float[]> keys = new ArrayList<>();
            Tap tap = (block, key) -> {
                if (block == 1) {
                    keys.add(key.toFloatArray());
                }
            };
            lm.blocks(0, 2, lm.embed(row, m), lm.attention(row, m), Overlay.NONE, tap);
            float[] k = keys.get(0);
            for (int token = 0; token < ids.length; token++) {
                for (int i = 0; i < 128; i++) {
                    for (int j = 0; j < 128; j++) {
                        sum[i * 128 + j] += (double) k[token * 128 + i] * k[token * 128 + j];
                    }
                }
            }
        }
        return ids.length;
    }

    @Test
    void shouldStopWithTheDocumentThatBringsEnoughTokens() throws Exception {
        Path text = text("one two three\nfour five six\nseven eight nine\n");
        long first = lm.tokenizer().encode("one two three").size();
        long second = lm.tokenizer().encode("four five six").size();

        assertThat(compute(text, OptionalLong.of(first)).tokens()).isEqualTo(first);
        assertThat(compute(text, OptionalLong.of(first + 1)).tokens()).isEqualTo(first + second);
    }

    @Test
    void shouldLoadWhatItSavedToTheBit() throws Exception {
        Path text = text(TEXT);
        Covariance computed = compute(text, OptionalLong.empty());
        Path file = directory.resolve("covariance.safetensors");

        CovarianceFile.save(computed, file);
        Covariance loaded = CovarianceFile.load(file, lm, text, StopRule.ALL, List.of(0, 1));

        assertThat(loaded.tokens()).isEqualTo(computed.tokens());
        assertThat(loaded.mean(0)).isEqualTo(computed.mean(0));
        assertThat(loaded.mean(1)).isEqualTo(computed.mean(1));
    }

    @Test
    void shouldRefuseAFileThatDoesNotFit() throws Exception {
        Path text = text(TEXT);
        Path file = directory.resolve("covariance.safetensors");
        CovarianceFile.save(compute(text, OptionalLong.empty()), file);

        assertRefused("max_tokens: all (expected: 500)", () -> CovarianceFile.load(file, lm, text, StopRule.tokens(500), List.of(0)));
        assertRefused("block.2.second_moment: missing", () -> CovarianceFile.load(file, lm, text, StopRule.ALL, List.of(0, 2)));
        assertRefused("text: ", () -> CovarianceFile.load(file, lm, text(TEXT + "more\n"), StopRule.ALL, List.of(0)));
    }

    @Test
    void shouldRefuseAFileOfAnotherModel() throws Exception {
        Path file = directory.resolve("other.safetensors");
        new SafetensorsWriter().metadata("errata", "covariance.v1").metadata("model", "0000").metadata("text", Documents.digest(text(TEXT)))
                .metadata("max_tokens", "all").metadata("tokens", "9").doubles("block.0.second_moment", new long[] {1, 1}, new double[1])
                .write(file);

        String message = "model: 0000 (expected: " + lm.digest();
        assertRefused(message, () -> CovarianceFile.load(file, lm, text(TEXT), StopRule.ALL, List.of(0)));
    }

    @Test
    void shouldRefuseAFileWhoseErrorIsNoNumber() {
        Path file = directory.resolve("covariance.safetensors");
        for (String error : List.of("1.2.3", "-", "E", "")) {
            new SafetensorsWriter().metadata("errata", "covariance.v1").metadata("model", lm.digest()).metadata("tokens", "9")
                    .metadata("standard_error", error).doubles("block.0.second_moment", new long[] {128, 128}, new double[128 * 128])
                    .write(file);

            assertRefused("standard_error: " + error + " (expected: a number)", () -> CovarianceFile.load(file, lm, List.of(0)));
        }
    }

    @Test
    void shouldNameTheTextWhenItIsNoText() throws Exception {
        Path binary = Files.write(directory.resolve("binary"), new byte[] {'a', (byte) 0xC3, (byte) 0x28});

        for (Path text : List.of(binary, directory.resolve("none.txt"))) {
            assertThatThrownBy(() -> compute(text, OptionalLong.empty()))
                    .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                    .hasMessageContaining(text.toString());
        }
    }

    @Test
    void shouldRefuseNumbersThatAreNotThoseThatWereSaved() throws Exception {
        Path text = text(TEXT);
        Path file = directory.resolve("covariance.safetensors");
        CovarianceFile.save(compute(text, OptionalLong.empty()), file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 3] ^= 1;
        Files.write(file, bytes);

        Covariance loaded = CovarianceFile.load(file, lm, text, StopRule.ALL, List.of(0, 1));

        assertRefused("block.1.sha256: ", () -> loaded.mean(1));
        assertThat(loaded.mean(0)).hasSize(128 * 128);
    }

    private static void assertRefused(String message, ThrowingCallable load) {
        assertThatThrownBy(load)
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.COVARIANCE_MISMATCH))
                .hasMessageContaining(message);
    }

    private static Covariance compute(Path text, OptionalLong maxTokens) {
        return Covariance.compute(lm, text, maxTokens, List.of(0, 1), tokens -> {});
    }

    private Path text(String content) throws Exception {
        return Files.writeString(directory.resolve("text.txt"), content);
    }
}
