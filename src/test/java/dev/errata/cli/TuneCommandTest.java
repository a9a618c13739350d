package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.experiment.TinyDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void begin() throws IOException {
        model = TinyDirectory.in(directory);
    }

    @Test
    void shouldNotReplaceHyperParametersThatAreThere() throws IOException {
        String before = Files.readString(model.resolve("hparams.json"));

        Ran ran = tune();

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("hparams.json: is there already");
        assertThat(model.resolve("hparams.json")).hasContent(before);
    }

    @Test
    void shouldWriteNothingWhenTheModelKnowsNoneOfTheFacts() {
        Path out = directory.resolve("mine.json");

        Ran ran = tune("--out", out.toString(), "--budget", "1");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("SETTING_INVALID: facts that the model knows: ");
        assertThat(out).doesNotExist();
    }

    @Test
    void shouldSayWhatIsWrongWhenMisused() {
        assertThat(tune("--limit", "1").err()).contains("--limit: 1 (expected: 4 or more)");
        assertThat(tune("--budget", "0").err()).contains("--budget: 0 (expected: 1 or more)");
        assertThat(Ran.errata("tune", directory.resolve("none").toString()).err()).contains("no config.json");
    }

    private Ran tune(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "tune";
        all[1] = model.toString();
        all[2] = "--data";
        all[3] = directory.resolve("data").toString();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return Ran.errata(all);
    }
}
