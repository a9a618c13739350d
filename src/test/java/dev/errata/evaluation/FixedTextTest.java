package dev.errata.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixedTextTest {
    private static CausalLm tiny;

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        tiny = TinyModel.load();
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private Path text(String content) throws IOException {
        return Files.writeString(directory.resolve("text.txt"), content);
    }

    @Test
    void shouldSeeNoDriftWhenNothingWasEdited() throws IOException {
        FixedText text = FixedText.read(tiny, text("The river was long and cold.\n\nIt ran for days.\n".repeat(30)), 400);

        Drift drift = text.drift(Overlay.NONE);

        assertThat(drift.meanKl()).isZero();
        assertThat(drift.perplexity()).isEqualTo(drift.basePerplexity()).isEqualTo(text.basePerplexity());
        assertThat(drift.tokens()).isEqualTo(400);
    }

    @Test
    void shouldSeeDriftWhenWeightsChanged() throws IOException {
        FixedText text = FixedText.read(tiny, text("The river was long and cold.\n"), 400);
        try (Overlay overlay = Overlay.of(tiny, Map.of(1, TinyModel.scaled(tiny, 1, 3f)))) {
            Drift drift = text.drift(overlay);

            assertThat(drift.meanKl()).isPositive();
            assertThat(drift.perplexity()).isNotEqualTo(drift.basePerplexity());
            assertThat(drift.basePerplexity()).isEqualTo(text.basePerplexity());
        }
    }

    @Test
    void shouldCountEachTokenOnceWhenTheTextIsLongerThanAWindow() throws IOException {
        String line = "The river was long and cold. ".repeat(20).strip();
        int tokens = tiny.tokenizer().continuation(line).length + 1;
        FixedText text = FixedText.read(tiny, text((line + "\n").repeat(3)), Integer.MAX_VALUE);

        assertThat(tokens).isGreaterThan(tiny.config().positions() / 2);
        assertThat(text.drift(Overlay.NONE).tokens()).isEqualTo(3 * tokens - 1);
    }

    @Test
    void shouldGiveNumbersWhenTheWeightsAreBroken() throws IOException {
        FixedText text = FixedText.read(tiny, text("The river was long and cold.\n"), 100);
        try (Overlay overlay = Overlay.of(tiny, Map.of(0, TinyModel.scaled(tiny, 0, Float.POSITIVE_INFINITY)))) {
            Drift drift = text.drift(overlay);

            assertThat(drift.perplexity()).isEqualTo(Double.MAX_VALUE);
            assertThat(drift.meanKl()).isEqualTo(Double.MAX_VALUE);
        }
    }

    @Test
    void shouldRefuseATextWhenItCannotBeRead() throws IOException {
        refuses(directory.resolve("nowhere.txt"), 10, "nowhere.txt");
        refuses(Files.write(directory.resolve("latin1.txt"), "é".getBytes(StandardCharsets.ISO_8859_1)), 10, "UTF-8");
        refuses(text(""), 10, "0 tokens");
        refuses(text("one two"), 0, "1 tokens");
    }

    private static void refuses(Path file, int max, String why) {
        assertThatThrownBy(() -> FixedText.read(tiny, file, max))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining(why);
    }
}
