package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.errata.transformer.ModelDirectory.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One model is one model, however its tensors are stored. */
class ModelFilesTest {
    private static final long[] PROMPT = {34, 369, 315, 66, 268};

    @TempDir
    private Path path;

    private record Loaded(String digest, float[] logits) {
        static Loaded from(Path directory) {
            try (CausalLm model = CausalLm.load(directory, Device.cpu());
                    NDManager m = model.manager().newSubManager()) {
                return new Loaded(model.digest(), model.logits(TokenRows.of(PROMPT), Overlay.NONE, m).toFloatArray());
            }
        }

        void assertSame(Loaded other) {
            assertThat(other.digest).isEqualTo(digest);
            assertThat(other.logits).isEqualTo(logits);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
    void shouldBeTheSameModelWhenItIsCutIntoShards(String name) {
        Loaded single = Loaded.from(ModelDirectory.copy(name, path).write());
        path.resolve("model.safetensors").toFile().delete();
        single.assertSame(Loaded.from(ModelDirectory.copy(name, path).writeShards(3)));
    }

    /** GPT-2's own checkpoint was saved without its head, and its names lack the decoder's. */
    @ParameterizedTest
    @ValueSource(strings = {"transformer", "gpt_neox", "model"})
    void shouldBeTheSameModelWhenNamesLackTheDecoder(String decoder) {
        String name = Map.of("transformer", "gpt2", "gpt_neox", "gpt_neox", "model", "llama").get(decoder);
        ModelDirectory directory = ModelDirectory.copy(name, path);
        Loaded whole = Loaded.from(directory.write());
        for (String tensor : List.copyOf(directory.tensors.keySet())) {
            directory.tensors.put(tensor.replace(decoder + ".", ""), directory.tensors.remove(tensor));
        }
        whole.assertSame(Loaded.from(directory.write()));
    }

    @ParameterizedTest
    @CsvSource({"gptj, F16", "gptj, BF16", "gpt_neox, F16", "gpt_neox, BF16", "gpt2, F16", "gpt2, BF16", "llama, F16", "llama, BF16"})
    void shouldBeTheSameModelWhenItsValuesAreStoredInHalf(String name, String dtype) {
        ModelDirectory directory = ModelDirectory.copy(name, path);
        int lowBits = dtype.equals("BF16") ? 16 : 13;
        directory.tensors.replaceAll((ignored, tensor) -> tensor.map(value -> {
            float cut = Float.intBitsToFloat(Float.floatToRawIntBits(value) >>> lowBits << lowBits);
            return Math.abs(cut) < 0x1p-14f ? 0f : cut;
        }));
        Loaded whole = Loaded.from(directory.write());
        whole.assertSame(Loaded.from(directory.writeHalf(dtype)));
    }

    @Test
    void shouldBeAnotherModelWhenOneBitOfAnyTensorOrTheTokenizerDiffers() {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        String digest = Loaded.from(directory.write()).digest();
        for (String name : new String[] {"lm_head.bias", "transformer.h.0.attn.k_proj.weight", "transformer.wte.weight"}) {
            Tensor tensor = directory.tensors.get(name);
            float[] values = tensor.values().clone();
            values[values.length - 1] = Math.nextUp(values[values.length - 1]);
            directory.tensors.put(name, new Tensor(tensor.shape(), values));
            assertThat(Loaded.from(directory.write()).digest()).as(name).isNotEqualTo(digest);
            directory.tensors.put(name, tensor);
        }
        assertThat(Loaded.from(directory.write()).digest()).isEqualTo(digest);
        directory.tokenizer.remove("truncation");
        assertThat(Loaded.from(directory.write()).digest()).isNotEqualTo(digest);
    }

    @Test
    void shouldIgnoreTensorsWhenTheLayoutDoesNotNeedThem() {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        Loaded plain = Loaded.from(directory.write());
        directory.tensors.put("transformer.h.0.attn.bias", new Tensor(new long[] {1}, new float[] {1}));
        plain.assertSame(Loaded.from(directory.write()));
    }

    @Test
    void shouldUseTheEmbeddingAsHeadWhenTheyAreTied() {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        directory.tensors.put("lm_head.weight", directory.tensors.get("transformer.wte.weight"));
        float[] untied = Loaded.from(directory.write()).logits();
        directory.tensors.remove("lm_head.weight");
        directory.config.put("tie_word_embeddings", true);
        assertThat(Loaded.from(directory.write()).logits()).isEqualTo(untied);
    }

    /** Written from the description of {@link ModelDigest}, not from its code. */
    @Test
    void shouldHaveTheDigestThatIsDescribedWhenItIsLoaded() throws Exception {
        ModelDirectory directory = ModelDirectory.copyTo(path);
        directory.write();
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, Tensor> entry : directory.tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values());
            lines.append("%s F32 %s %s\n".formatted(entry.getKey(), Arrays.toString(tensor.shape()), sha256(bytes.array())));
        }
        lines.append("tokenizer.json ").append(sha256(Files.readAllBytes(path.resolve("tokenizer.json")))).append('\n');
        assertThat(Loaded.from(path).digest()).isEqualTo(sha256(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
