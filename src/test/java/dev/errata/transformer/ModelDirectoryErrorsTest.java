package dev.errata.transformer;

import static dev.errata.failure.Failure.MODEL_ARCHITECTURE_UNKNOWN;
import static dev.errata.failure.Failure.MODEL_CONFIG_INVALID;
import static dev.errata.failure.Failure.SAFETENSORS_INVALID;
import static dev.errata.failure.Failure.TENSOR_MISSING;
import static dev.errata.failure.Failure.TENSOR_SHAPE_MISMATCH;
import static dev.errata.failure.Failure.TOKENIZER_INVALID;
import static dev.errata.transformer.Failures.assertFails;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.failure.Failure;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.ModelDirectory.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a model directory is said by code, file and field or tensor. */
class ModelDirectoryErrorsTest {
    private static final String EDITED = "transformer.h.2.mlp.fc_out.weight";

    @TempDir
    private Path path;

    private ModelDirectory directory;

    @BeforeEach
    void copy() {
        directory = ModelDirectory.copyTo(path);
    }

    private void assertRefused(Failure failure, String... named) {
        assertFails(failure, () -> CausalLm.load(path, Device.cpu()).close(), named);
    }

    @Test
    void shouldNameTheArchitectureWhenItIsUnknown() {
        directory.config.putArray("architectures").add("BertForMaskedLM");
        directory.write();
        assertRefused(MODEL_ARCHITECTURE_UNKNOWN, "config.json", "BertForMaskedLM", "GPTJForCausalLM");
    }

    @Test
    void shouldRefuseConfigWhenItNamesNoArchitecture() {
        directory.config.remove("architectures");
        directory.write();
        assertRefused(MODEL_CONFIG_INVALID, "config.json", "architectures");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "model_type", "n_embd", "n_head", "n_layer", "n_positions", "vocab_size", "rotary_dim", "layer_norm_epsilon", "activation_function"
    })
    void shouldNameTheFieldWhenItIsMissing(String field) {
        directory.config.remove(field);
        directory.write();
        assertRefused(MODEL_CONFIG_INVALID, "config.json", field, "missing");
    }

    @ParameterizedTest
    @CsvSource({
        "n_embd, 0", "n_embd, -32", "n_embd, 32.5", "n_embd, '\"32\"'", "n_embd, 4294967328", "n_head, 5", "n_layer, null", "n_inner, 0",
        "rotary_dim, 3", "rotary_dim, 10", "layer_norm_epsilon, 0", "layer_norm_epsilon, \"1e-5\"", "activation_function, \"tanhshrink\"",
        "activation_function, 1", "tie_word_embeddings, 1", "model_type, 7", "architectures, []", "architectures, \"GPTJForCausalLM\""
    })
    void shouldRefuseConfigWhenAFieldIsOutOfRange(String field, String json) throws IOException {
        directory.config.set(field, new ObjectMapper().readTree(json));
        directory.write();
        assertRefused(MODEL_CONFIG_INVALID, field.startsWith("activation") && json.startsWith("\"") ? "tanhshrink" : field);
    }

    @Test
    void shouldRefuseDirectoryWhenConfigIsMissing() throws IOException {
        Files.delete(directory.write().resolve("config.json"));
        assertRefused(MODEL_CONFIG_INVALID, "config.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null"})
    void shouldRefuseConfigWhenItIsNoJsonObject(String text) {
        directory.write();
        directory.writeBytes("config.json", text.getBytes(StandardCharsets.UTF_8));
        assertRefused(MODEL_CONFIG_INVALID, "config.json");
    }

    @Test
    void shouldNameTheTensorWhenItIsMissing() {
        directory.tensors.remove(EDITED);
        directory.write();
        assertRefused(TENSOR_MISSING, EDITED, "[32, 128]");
    }

    @Test
    void shouldNameTheShardWhenItLacksATensorOfTheIndex() {
        directory.writeShards(2);
        Tensor other = directory.tensors.get("lm_head.weight");
        new SafetensorsWriter().floats("lm_head.weight", other.shape(), other.values()).write(path.resolve("model-0.safetensors"));
        assertRefused(TENSOR_MISSING, "model-0.safetensors", "index.json");
    }

    @Test
    void shouldNameFileTensorAndShapesWhenAShapeDiffers() {
        Tensor tensor = directory.tensors.get(EDITED);
        directory.tensors.put(EDITED, new Tensor(new long[] {128, 32}, tensor.values()));
        directory.write();
        assertRefused(TENSOR_SHAPE_MISMATCH, "model.safetensors", EDITED, "[128, 32]", "[32, 128]");
    }

    @Test
    void shouldRefuseDirectoryWhenThereIsNoSafetensorsFile() throws IOException {
        Files.delete(directory.write().resolve("model.safetensors"));
        assertRefused(SAFETENSORS_INVALID, "model.safetensors");
    }

    @Test
    void shouldRefuseFileWhenItIsCutShort() throws IOException {
        Path file = directory.write().resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        directory.writeBytes("model.safetensors", Arrays.copyOf(bytes, bytes.length - 1));
        assertRefused(SAFETENSORS_INVALID, "model.safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"../elsewhere.safetensors\"", "\"/tmp/x.safetensors\"", "7", "\"pytorch_model.bin\""})
    void shouldRefuseIndexWhenAShardLiesElsewhere(String shard) {
        directory.write();
        path.resolve("model.safetensors").toFile().delete();
        directory.writeBytes("model.safetensors.index.json", ("{\"weight_map\":{\"a\":" + shard + "}}").getBytes(StandardCharsets.UTF_8));
        assertRefused(SAFETENSORS_INVALID, "index.json", shard);
    }

    @Test
    void shouldRefuseIndexWhenItHasNoMap() {
        directory.write();
        path.resolve("model.safetensors").toFile().delete();
        directory.writeBytes("model.safetensors.index.json", "{}".getBytes(StandardCharsets.UTF_8));
        assertRefused(SAFETENSORS_INVALID, "weight_map");
    }

    @Test
    void shouldRefuseDirectoryWhenTokenizerIsMissing() throws IOException {
        Files.delete(directory.write().resolve("tokenizer.json"));
        assertRefused(TOKENIZER_INVALID, "tokenizer.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"model\":{\"vocab\":{\"a\":0}}}"})
    void shouldRefuseTokenizerWhenItIsNone(String text) {
        directory.write();
        directory.writeBytes("tokenizer.json", text.getBytes(StandardCharsets.UTF_8));
        assertRefused(TOKENIZER_INVALID, "tokenizer.json");
    }

    @Test
    void shouldRefuseTokenizerWhenItsIdsExceedTheVocabulary() {
        ((ObjectNode) directory.tokenizer.get("model").get("vocab")).put("zzz", 512);
        directory.write();
        assertRefused(TOKENIZER_INVALID, "512");
    }

    @Test
    void shouldRefuseTokenizerWhenTheEndOfTextExceedsTheVocabulary() {
        directory.config.put("eos_token_id", 600);
        directory.write();
        assertRefused(TOKENIZER_INVALID, "600", "512");
    }

    @Test
    void shouldRefuseTokenizerWhenNothingEndsAText() {
        directory.config.remove("eos_token_id");
        directory.write();
        assertRefused(TOKENIZER_INVALID, "eos_token_id");
    }
}
