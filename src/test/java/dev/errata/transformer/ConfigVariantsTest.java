package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.safetensors.Safetensors;
import dev.errata.transformer.ModelDirectory.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a config may say beside what the tiny models' do, against logits that transformers gave for it. */
class ConfigVariantsTest {
    private static final Path FILES = ModelDirectory.resource("variants");
    private static final JsonNode VARIANTS = variants();
    private static final Safetensors TENSORS = Safetensors.read(FILES.resolve("variants.safetensors"));

    @TempDir
    private Path path;

    private static JsonNode variants() {
        try {
            return new ObjectMapper().readTree(FILES.resolve("variants.json").toFile());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<String> names() {
        List<String> names = new ArrayList<>();
        VARIANTS.fieldNames().forEachRemaining(names::add);
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldGiveTheLogitsOfTransformersWhenAConfigDiffers(String name) {
        assertLogits(name, directory(name));
    }

    /** Version 5 of transformers writes everything about rotation into one object. */
    @ParameterizedTest
    @MethodSource("rotary")
    void shouldGiveTheSameLogitsWhenRotationIsDescribedInOneObject(String name) {
        ModelDirectory directory = directory(name);
        ObjectNode config = directory.config;
        ObjectNode rope = config.putObject("rope_parameters");
        JsonNode scaling = config.path("rope_scaling");
        rope.put("rope_type", "default");
        if (scaling.isObject()) {
            rope.setAll((ObjectNode) scaling);
        }
        rope.set("rope_theta", config.path("rope_theta"));
        if (config.has("rotary_pct")) {
            rope.set("partial_rotary_factor", config.get("rotary_pct"));
        }
        config.remove(List.of("rope_scaling", "rope_theta", "rotary_emb_base", "rotary_pct", "partial_rotary_factor"));
        assertLogits(name, directory);
    }

    static Stream<String> rotary() {
        return names().filter(name -> VARIANTS.get(name).get("config").has("rope_theta"));
    }

    @Test
    void shouldTakeTheWindowForThePositionsWhenItIsShorter() {
        directory("mistral").write();
        assertThat(ModelConfig.read(path).positions()).isEqualTo(12);
        directory("qwen2").write();
        assertThat(ModelConfig.read(path).positions()).as("a window that is not used").isEqualTo(256);
        ModelDirectory used = directory("qwen2");
        used.config.put("use_sliding_window", true);
        used.write();
        assertThat(ModelConfig.read(path).positions()).isEqualTo(4);
    }

    private ModelDirectory directory(String name) {
        JsonNode variant = VARIANTS.get(name);
        ModelDirectory directory = ModelDirectory.copy(variant.get("model").textValue(), path);
        directory.config.removeAll();
        directory.config.setAll((ObjectNode) variant.get("config").deepCopy());
        variant.get("dropped").forEach(ending -> directory.tensors.keySet().removeIf(tensor -> tensor.endsWith(ending.textValue())));
        String prefix = name + "/";
        TENSORS.names().stream().filter(tensor -> tensor.startsWith(prefix) && !tensor.endsWith("/logits")).forEach(tensor ->
                directory.tensors.put(tensor.substring(prefix.length()), new Tensor(TENSORS.shape(tensor), TENSORS.floats(tensor))));
        return directory;
    }

    /** The last four positions, within twenty times what fp32 did to the recording, as the oracle's tolerances are made. */
    private static void assertLogits(String name, ModelDirectory directory) {
        JsonNode variant = VARIANTS.get(name);
        long[] ids = StreamSupport.stream(variant.get("ids").spliterator(), false).mapToLong(JsonNode::longValue).toArray();
        float[] expected = TENSORS.floats(name + "/logits");
        float tolerance = (float) (20 * variant.get("noise").doubleValue());
        try (CausalLm model = CausalLm.load(directory.write(), Device.cpu());
                NDManager m = model.manager().newSubManager()) {
            float[] logits = model.logits(TokenRows.of(ids), Overlay.NONE, m).toFloatArray();
            float[] last = Arrays.copyOfRange(logits, logits.length - expected.length, logits.length);
            assertThat(last).containsExactly(expected, within(tolerance));
        }
    }
}
