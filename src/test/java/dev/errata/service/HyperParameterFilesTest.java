package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.HyperParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where hyper-parameters come from. */
class HyperParameterFilesTest {
    @TempDir
    private Path model;

    private ModelFiles files;

    @BeforeEach
    void open() {
        files = new ModelFiles(TestSettings.of(Map.of("errata.model.dir", model.toString())));
    }

    private void writeConfig(int blocks) throws IOException {
        Files.writeString(model.resolve("config.json"), """
                {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_layer": %d, "n_embd": 1600, "n_head": 25,
                 "vocab_size": 50257, "n_positions": 1024, "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new"}"""
                .formatted(blocks));
    }

    @Test
    void shouldTakeKnownHyperParametersWhenNoneLieBesideTheModel() throws IOException {
        writeConfig(48);
        assertThat(files.hyperParameters().layers()).containsExactly(13, 14, 15, 16, 17);
        assertThat(files.hyperParametersDigest()).isEqualTo(files.hyperParametersDigest()).hasSize(64);
    }

    @Test
    void shouldTakeTheFileBesideTheModelWhenThereIsOne() throws IOException {
        writeConfig(48);
        String known = files.hyperParametersDigest();
        write(model.resolve("hparams.json"), 7);
        assertThat(files.hyperParameters().layers()).containsExactly(7);
        assertThat(files.hyperParametersDigest()).isNotEqualTo(known).isEqualTo(Digest.sha256(model.resolve("hparams.json")));
    }

    @Test
    void shouldTakeTheFileThatIsGivenWhenThereAreTwo() throws IOException {
        write(model.resolve("hparams.json"), 7);
        Path given = write(model.resolve("other.json"), 9);
        Map<String, String> values = Map.of("errata.model.dir", model.toString(), "errata.model.hparams", given.toString());
        ModelFiles asked = new ModelFiles(TestSettings.of(values));
        assertThat(asked.hyperParameters()).isEqualTo(HyperParameters.read(given));
        assertThat(asked.hyperParameters().layers()).isEqualTo(List.of(9));
    }

    @Test
    void shouldNameTheSizesWhenAModelIsNotKnown() throws IOException {
        writeConfig(47);
        assertThatThrownBy(files::hyperParameters).isInstanceOfSatisfying(ErrataException.class, e -> {
            assertThat(e.failure()).isEqualTo(Failure.HYPER_PARAMETERS_INVALID);
            assertThat(e.getMessage()).contains("hparams.json", "gpt2 with 47 blocks, width 1600", "GPT-J 6B");
        });
    }

    private static Path write(Path file, int layer) throws IOException {
        return Files.writeString(file, """
                {"layers": [%d], "clamp_norm_factor": 1, "v_num_grad_steps": 20, "v_lr": 0.5, "v_loss_layer": 20, "v_weight_decay": 0.5,
                 "kl_factor": 0.0625, "mom2_update_weight": 100}""".formatted(layer));
    }
}
