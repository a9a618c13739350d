package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HyperParametersTest {
    /** The reference's file for GPT-J, field for field. */
    private static final String GPTJ =
            """
            {"layers": [3, 4, 5, 6, 7, 8], "clamp_norm_factor": 0.75, "layer_selection": "all", "fact_token": "subject_last",
             "v_num_grad_steps": 25, "v_lr": 5e-1, "v_loss_layer": 27, "v_weight_decay": 0.5, "kl_factor": 0.0625,
             "mom2_adjustment": true, "mom2_update_weight": 15000, "rewrite_module_tmp": "transformer.h.{}.mlp.fc_out",
             "layer_module_tmp": "transformer.h.{}", "mlp_module_tmp": "transformer.h.{}.mlp",
             "attn_module_tmp": "transformer.h.{}.attn", "ln_f_module": "transformer.ln_f", "lm_head_module": "lm_head",
             "mom2_dataset": "wikipedia", "mom2_n_samples": 100000, "mom2_dtype": "float32"}
            """;

    @TempDir
    Path directory;

    @Test
    void shouldLoadTheReferencesFileAsItIs() throws Exception {
        Path file = Files.writeString(directory.resolve("hparams.json"), GPTJ);

        HyperParameters loaded = HyperParameters.read(file);

        assertThat(loaded).isEqualTo(new HyperParameters(List.of(3, 4, 5, 6, 7, 8), 25, 0.5, 27, 0.5, 0.75, 0.0625, 15000));
        assertThat(loaded.lastLayer()).isEqualTo(8);
    }

    @Test
    void shouldScoreTheLastEditedLayerWhenTheLossLayerComesBeforeIt() {
        assertThat(HyperParameters.parse(GPTJ.replace("\"v_loss_layer\": 27", "\"v_loss_layer\": 5")).scoredLayer()).isEqualTo(8);
        assertThat(HyperParameters.parse(GPTJ).scoredLayer()).isEqualTo(27);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[3, 4, 5, 6, 7, 8]       | []            | layers: []",
        "[3, 4, 5, 6, 7, 8]       | [4, 3]        | layers: [4, 3]",
        "[3, 4, 5, 6, 7, 8]       | [3, 3]        | layers: [3, 3]",
        "[3, 4, 5, 6, 7, 8]       | [-1, 3]       | layers: [-1, 3]",
        "[3, 4, 5, 6, 7, 8]       | [3.5]         | layers: 3.5",
        "[3, 4, 5, 6, 7, 8]       | 3             | layers: 3",
        "'\"v_num_grad_steps\": 25' | '\"v_num_grad_steps\": 0' | v_num_grad_steps: 0",
        "'\"v_num_grad_steps\": 25' | '\"v_num_grad_steps\": 2.5' | v_num_grad_steps: 2.5",
        "'\"v_num_grad_steps\": 25' | '\"steps\": 25' | v_num_grad_steps: missing",
        "5e-1                     | 0             | v_lr: 0.0",
        "5e-1                     | 1e999         | v_lr: Infinity",
        "5e-1                     | '\"fast\"'    | v_lr: \"fast\"",
        "'\"v_loss_layer\": 27'   | '\"v_loss_layer\": -1' | v_loss_layer: -1",
        "'\"v_weight_decay\": 0.5' | '\"v_weight_decay\": -0.5' | v_weight_decay: -0.5",
        "0.75                     | 0             | clamp_norm_factor: 0.0",
        "0.0625                   | -1            | kl_factor: -1.0",
        "15000                    | 0             | mom2_update_weight: 0.0",
        "subject_last             | last          | fact_token: \"last\"",
        "'{\"layers\"'            | 'layers'      | expected: MEMIT hyper-parameters as JSON",
    })
    void shouldNameTheFieldAndTheValueWhenAValueIsOutOfRange(String was, String is, String message) throws Exception {
        Path file = Files.writeString(directory.resolve("hparams.json"), GPTJ.replace(was, is));

        assertThatThrownBy(() -> HyperParameters.read(file))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.HYPER_PARAMETERS_INVALID))
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseLayersThatTheModelDoesNotHave() {
        HyperParameters loaded = HyperParameters.parse(GPTJ);

        loaded.requireWithin(28);
        assertThatThrownBy(() -> loaded.requireWithin(27)).isInstanceOf(ErrataException.class).hasMessageContaining("v_loss_layer: 27");
        assertThatThrownBy(() -> loaded.requireWithin(8)).isInstanceOf(ErrataException.class).hasMessageContaining("layers: [3, 4");
    }

    @Test
    void shouldSayWhichFileWhenItIsMissing() {
        assertThatThrownBy(() -> HyperParameters.read(directory.resolve("none.json")))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.HYPER_PARAMETERS_INVALID))
                .hasMessageContaining("none.json");
    }
}
