package dev.errata.transformer;

import static dev.errata.transformer.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A config that would make a layout compute something else, or nothing, is refused by the name of its field. */
class ConfigRefusalsTest {
    @TempDir
    private Path path;

    private ModelDirectory directory(String model) {
        return ModelDirectory.copy(model, path);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt_neox, hidden_size", "gpt_neox, num_attention_heads", "gpt_neox, num_hidden_layers", "gpt_neox, intermediate_size",
        "gpt_neox, vocab_size", "gpt_neox, max_position_embeddings", "gpt_neox, layer_norm_eps", "gpt_neox, hidden_act",
        "gpt2, n_embd", "gpt2, n_head", "gpt2, n_layer", "gpt2, vocab_size", "gpt2, n_positions", "gpt2, layer_norm_epsilon",
        "gpt2, activation_function", "llama, hidden_size", "llama, num_attention_heads", "llama, num_hidden_layers",
        "llama, intermediate_size", "llama, vocab_size", "llama, max_position_embeddings", "llama, rms_norm_eps", "llama, hidden_act"
    })
    void shouldNameTheFieldWhenItIsMissing(String model, String field) {
        ModelDirectory directory = directory(model);
        directory.config.remove(field);
        directory.write();
        assertFails(Failure.MODEL_CONFIG_INVALID, () -> ModelConfig.read(path), "config.json", field, "missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gpt_neox | num_attention_heads | 5",
        "gpt_neox | rotary_pct | 0.1",
        "gpt_neox | rotary_pct | 1.5",
        "gpt_neox | use_parallel_residual | 1",
        "gpt_neox | rotary_emb_base | -1",
        "gpt2 | n_head | 5",
        "gpt2 | scale_attn_weights | false",
        "gpt2 | scale_attn_by_inverse_layer_idx | true",
        "gpt2 | add_cross_attention | true",
        "llama | num_key_value_heads | 3",
        "llama | head_dim | 7",
        "llama | head_dim | 0",
        "llama | rope_theta | 0",
        "llama | partial_rotary_factor | 0.5",
        "llama | rope_scaling | 8",
        "llama | rope_parameters | {\"rope_type\": \"default\"}",
        "llama | attention_bias | \"yes\"",
        "llama | head_dim | 2147483646",
        "gptj | n_embd | 1073741824",
        "gptj | n_embd | 2147483644"
    })
    void shouldNameTheFieldWhenItIsOutOfRange(String model, String field, String json) throws IOException {
        ModelDirectory directory = directory(model);
        directory.config.set(field, new ObjectMapper().readTree(json));
        directory.write();
        assertFails(Failure.MODEL_CONFIG_INVALID, () -> ModelConfig.read(path), "config.json", field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"rope_type\": \"yarn\", \"factor\": 4}                                        | rope_scaling.rope_type: \"yarn\"",
        "{\"type\": \"dynamic\", \"factor\": 4}                                          | rope_scaling.type: \"dynamic\"",
        "{\"factor\": 4}                                                                   | rope_scaling.type: missing",
        "{\"type\": \"linear\", \"factor\": 0}                                           | rope_scaling.factor: 0",
        "{\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4}              | rope_scaling.high_freq_factor: missing",
        "{\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, \"high_freq_factor\": 4, "
                + "\"original_max_position_embeddings\": 64}                               | rope_scaling.high_freq_factor: 4"
    })
    void shouldRefuseAScalingOfRotationWhenItIsUnknown(String scaling, String named) throws IOException {
        ModelDirectory directory = directory("llama");
        directory.config.set("rope_scaling", new ObjectMapper().readTree(scaling));
        directory.write();
        assertFails(Failure.MODEL_CONFIG_INVALID, () -> ModelConfig.read(path), "config.json", named);
    }

    @Test
    void shouldRefuseAnActivationWhenItIsUnknown() {
        ModelDirectory directory = directory("llama");
        directory.config.put("hidden_act", "xielu");
        directory.write();
        assertFails(Failure.MODEL_CONFIG_INVALID, () -> ModelConfig.read(path), "xielu", "silu");
    }

    @Test
    void shouldTakeWhatOlderFilesLeaveOutWhenItIsAbsent() {
        ModelDirectory directory = directory("llama");
        directory.config.remove(List.of("num_key_value_heads", "head_dim", "rope_theta", "rope_scaling", "attention_bias", "mlp_bias",
                "tie_word_embeddings"));
        directory.write();
        ModelConfig config = ModelConfig.read(path);
        assertThat(config.keyHeads()).isEqualTo(config.heads()).isEqualTo(4);
        assertThat(config.headDim()).isEqualTo(8);
        assertThat(config.tiedHead()).isFalse();
    }
}
