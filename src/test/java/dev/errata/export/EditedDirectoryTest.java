package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.EditedTensor;
import dev.errata.experiment.TinyDirectory;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.safetensors.Dtype;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EditedDirectoryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EDITED = "transformer.h.1.mlp.fc_out.weight";

    @TempDir
    private Path directory;

    private Path model;
    private Path out;

    @BeforeEach
    void begin() throws IOException {
        model = TinyDirectory.in(directory);
        out = directory.resolve("out");
    }

    @Test
    void shouldLoadWithTheEditedTensorAndNoOtherWhenItIsWritten() throws IOException {
        SortedMap<String, EditedTensor> edited = edited();
        Files.writeString(model.resolve("pytorch_model.bin"), "the old weights in another format");

        EditedDirectory.write(model, edited, out);

        try (CausalLm lm = CausalLm.load(out, "cpu")) {
            assertThat(EditedTensors.base(lm, List.of(1))).isEqualTo(edited);
        }
        Safetensors before = Safetensors.read(model.resolve("model.safetensors"));
        Safetensors after = Safetensors.read(out.resolve("model.safetensors"));
        assertThat(after.names()).isEqualTo(before.names());
        for (String name : before.names()) {
            assertThat(after.bytes(name).equals(before.bytes(name))).as(name).isEqualTo(!name.equals(EDITED));
        }
        assertThat(after.metadata()).isEqualTo(before.metadata());
        assertThat(out.resolve("tokenizer.json")).hasSameBinaryContentAs(model.resolve("tokenizer.json"));
        assertThat(out.resolve("pytorch_model.bin")).doesNotExist();
        assertThat(files(directory)).containsExactlyInAnyOrder("tiny", "out");
    }

    @Test
    void shouldLeaveOutTheBaseWeightsOfVariants() throws IOException {
        for (String variant : List.of("model.fp16.safetensors", "consolidated.safetensors", "model.fp16-00001-of-00002.safetensors")) {
            Files.copy(model.resolve("model.safetensors"), model.resolve(variant));
        }
        Files.writeString(model.resolve("model.safetensors.index.fp16.json"), "{}");
        Files.writeString(model.resolve("model.fp16.safetensors.index.json"), "{}");
        Files.writeString(model.resolve("model.safetensors.index.json"), "{}");

        EditedDirectory.write(model, edited(), out);

        assertThat(files(out)).filteredOn(name -> name.contains("safetensors")).containsExactly("model.safetensors");
    }

    @Test
    void shouldRewriteOnlyTheShardThatHoldsTheTensorAndItsSizeInTheIndex() throws IOException {
        SortedMap<String, EditedTensor> edited = edited();
        shard(128);

        EditedDirectory.write(model, edited, out);

        assertThat(out.resolve("a.safetensors")).hasSameBinaryContentAs(model.resolve("a.safetensors"));
        assertThat(Safetensors.read(out.resolve("b.safetensors")).dtype(EDITED)).isEqualTo(Dtype.F32);
        assertThat(JSON.readTree(out.resolve("model.safetensors.index.json").toFile()).path("metadata").path("total_size").longValue())
                .as("F32 in the place of F64").isEqualTo(128 - 4L * edited.get(EDITED).values().length);
        try (CausalLm lm = CausalLm.load(out, "cpu")) {
            assertThat(EditedTensors.base(lm, List.of(1))).isEqualTo(edited);
        }
    }

    @Test
    void shouldFindTheTensorWhenTheFileLeavesOutTheDecodersName() throws IOException {
        SortedMap<String, EditedTensor> edited = edited();
        Safetensors whole = Safetensors.read(model.resolve("model.safetensors"));
        SafetensorsWriter bare = new SafetensorsWriter();
        whole.names().forEach(name -> bare.floats(name.replaceFirst("^transformer\\.", ""), whole.shape(name), whole.floats(name)));
        bare.write(model.resolve("model.safetensors"));

        EditedDirectory.write(model, edited, out);

        assertThat(Safetensors.read(out.resolve("model.safetensors")).floats("h.1.mlp.fc_out.weight"))
                .isEqualTo(edited.get(EDITED).values());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
    void shouldComputeAsTheEditedModelDidWhateverTheLayout(String layout) throws IOException {
        Path base = TinyDirectory.in(directory.resolve(layout), layout);
        try (CausalLm lm = CausalLm.load(base, "cpu")) {
            SortedMap<String, EditedTensor> edited = new TreeMap<>();
            EditedTensors.base(lm, List.of(0, 2)).forEach((name, tensor) -> edited.put(name, doubled(tensor)));

            EditedDirectory.write(base, edited, out);

            TokenRows rows = TokenRows.of(lm.tokenizer().encode("The capital of Norway is").ids());
            try (CausalLm reloaded = CausalLm.load(out, "cpu");
                    Overlay overlay = EditedTensors.overlay(lm, edited);
                    NDManager manager = lm.manager().newSubManager()) {
                float[] logits = lm.logits(rows, overlay, manager).toFloatArray();
                assertThat(reloaded.logits(rows, Overlay.NONE, manager).toFloatArray()).isEqualTo(logits);
                assertThat(lm.logits(rows, Overlay.NONE, manager).toFloatArray()).isNotEqualTo(logits);
            }
        }
    }

    @Test
    void shouldRefuseAPlaceThatIsTaken() throws IOException {
        Files.createDirectories(out);
        WholeDirectory.requireFree(out);
        Files.writeString(out.resolve("mine.txt"), "precious");

        assertThatThrownBy(() -> EditedDirectory.write(model, edited(), out))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.FILE_NOT_WRITTEN))
                .hasMessageContaining("is there already");
        assertThat(files(out)).containsExactly("mine.txt");
    }

    @Test
    void shouldLeaveNothingWhenATensorIsMissing() throws IOException {
        EditedTensor stranger = new EditedTensor("transformer.h.9.mlp.fc_out.weight", false, 1, 1, new float[1]);

        assertThatThrownBy(() -> EditedDirectory.write(model, Map.of(stranger.name(), stranger), out))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.TENSOR_MISSING));
        assertThat(files(directory)).containsExactly("tiny");
    }

    /** Block 1's tensor, every value doubled. */
    private SortedMap<String, EditedTensor> edited() {
        try (CausalLm lm = CausalLm.load(model, "cpu")) {
            return new TreeMap<>(Map.of(EDITED, doubled(EditedTensors.base(lm, List.of(1)).get(EDITED))));
        }
    }

    private static EditedTensor doubled(EditedTensor base) {
        float[] values = base.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
        }
        return new EditedTensor(base.name(), base.transposed(), base.out(), base.in(), values);
    }

    /** The edited tensor, as doubles, alone in b, the others in a. */
    private void shard(long totalSize) throws IOException {
        Path single = model.resolve("model.safetensors");
        Safetensors whole = Safetensors.read(single);
        SafetensorsWriter a = new SafetensorsWriter();
        ObjectNode index = JSON.createObjectNode();
        index.putObject("metadata").put("total_size", totalSize);
        ObjectNode map = index.putObject("weight_map");
        whole.names().forEach(name -> {
            map.put(name, name.equals(EDITED) ? "b.safetensors" : "a.safetensors");
            if (!name.equals(EDITED)) {
                a.copy(whole, name);
            }
        });
        a.write(model.resolve("a.safetensors"));
        new SafetensorsWriter().doubles(EDITED, whole.shape(EDITED), whole.doubles(EDITED)).write(model.resolve("b.safetensors"));
        Files.delete(single);
        JSON.writeValue(model.resolve("model.safetensors.index.json").toFile(), index);
    }

    private static List<String> files(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
