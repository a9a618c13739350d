package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.delta.EditedTensor;
import dev.errata.memit.EditedTensors;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Versions of every layout, shipped in every format, give the weights that the log gives. With {@code -Derrata.parity=DIR} the exports stay
 * there, and Errata's own logits beside them, for export_parity.py.
 */
class ExportParityTest {
    private static final List<String> PROMPTS = List.of("The capital of Norway is", "The capital of Japan is the town", "Peru");

    @TempDir
    private Path temporary;

    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
    void shouldGiveTheWeightsOfTheLogInEveryFormat(String layout) throws IOException {
        directory = Optional.ofNullable(System.getProperty("errata.parity")).map(Path::of).orElse(temporary).resolve(layout);
        Files.createDirectories(directory);
        try (ShippedLine line = new ShippedLine(directory, layout).story()) {
            if (layout.equals("gptj")) {
                line.dense();
            }
            LoggedLine read = line.read();
            BaseModel base = line.base();
            long head = read.chain().head();
            SortedMap<String, EditedTensor> weights = read.weights(base, head, (version, payload, delta) -> {});
            Exporter exporter = new Exporter(read, base);
            exporter.write(request(head, Format.SAFETENSORS, OptionalDouble.empty()), directory.resolve("safetensors"));
            exporter.write(request(head, Format.PEFT, OptionalDouble.empty()), directory.resolve("peft"));
            exporter.write(request(head, Format.PEFT, OptionalDouble.of(0.3)), directory.resolve("peft-small"));
            exporter.write(request(head, Format.DELTA, OptionalDouble.empty()), directory.resolve("delta"));
            DeltaApplication.apply(List.of(directory.resolve("delta")), line.model, directory.resolve("applied"));

            assertThat(edited(directory.resolve("safetensors"), base)).isEqualTo(weights);
            assertThat(edited(directory.resolve("applied"), base)).isEqualTo(weights);
            SortedMap<String, EditedTensor> adapted = adapted(base, directory.resolve("peft"));
            assertThat(distance(adapted, weights)).isLessThanOrEqualTo(1e-6);
            assertThat(distance(base.tensors(), weights)).isGreaterThan(1e-3);
            for (String export : List.of("safetensors", "peft", "peft-small", "delta")) {
                assertThat(ExportCheck.of(directory.resolve(export), Optional.of(line.model)).findings()).as(export).isEmpty();
            }
            if (System.getProperty("errata.parity") != null) {
                logits(line.model, Map.of(
                        "base", base.tensors(), "safetensors", weights, "peft", weights,
                        "peft-small", adapted(base, directory.resolve("peft-small"))));
            }
        }
    }

    private static ExportRequest request(long version, Format format, OptionalDouble rankError) {
        return new ExportRequest(version, format, rankError, false, "errata/base", "errata test");
    }

    private static SortedMap<String, EditedTensor> edited(Path model, BaseModel base) {
        return BaseModel.load(model, base.tensors().keySet()).tensors();
    }

    /** What PEFT does, by its config alone, with no arithmetic of ours. */
    private static SortedMap<String, EditedTensor> adapted(BaseModel base, Path adapter) throws IOException {
        JsonNode config = new ObjectMapper().readTree(adapter.resolve("adapter_config.json").toFile());
        Safetensors factors = Safetensors.read(adapter.resolve("adapter_model.safetensors"));
        SortedMap<String, EditedTensor> adapted = new TreeMap<>();
        for (EditedTensor tensor : base.tensors().values()) {
            String module = tensor.name().replaceFirst("\\.weight$", "");
            assertThat(config.path("target_modules").toString()).contains("\"" + module + "\"");
            int rank = config.path("rank_pattern").path(module).asInt(config.path("r").intValue());
            double scale = (double) config.path("alpha_pattern").path(module).asInt(config.path("lora_alpha").intValue()) / rank;
            float[] a = factors.floats("base_model.model." + module + ".lora_A.weight");
            float[] b = factors.floats("base_model.model." + module + ".lora_B.weight");
            assertThat(factors.shape("base_model.model." + module + ".lora_A.weight")).containsExactly(rank, tensor.in());
            float[] values = tensor.values().clone();
            boolean transposed = config.path("fan_in_fan_out").booleanValue();
            for (int o = 0; o < tensor.out(); o++) {
                for (int i = 0; i < tensor.in(); i++) {
                    double sum = 0;
                    for (int r = 0; r < rank; r++) {
                        sum += (double) b[o * rank + r] * a[r * tensor.in() + i];
                    }
                    values[transposed ? i * tensor.out() + o : o * tensor.in() + i] += (float) (scale * sum);
                }
            }
            adapted.put(tensor.name(), new EditedTensor(tensor.name(), tensor.transposed(), tensor.out(), tensor.in(), values));
        }
        return adapted;
    }

    private static double distance(SortedMap<String, EditedTensor> some, SortedMap<String, EditedTensor> others) {
        double largest = 0;
        for (EditedTensor one : some.values()) {
            float[] other = others.get(one.name()).values();
            for (int i = 0; i < other.length; i++) {
                largest = Math.max(largest, Math.abs((double) one.values()[i] - other[i]));
            }
        }
        return largest;
    }

    private void logits(Path model, Map<String, SortedMap<String, EditedTensor>> of) {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (CausalLm lm = CausalLm.load(model, "cpu")) {
            List<long[]> prompts = new ArrayList<>();
            PROMPTS.forEach(prompt -> prompts.add(lm.tokenizer().encode(prompt).ids()));
            for (int i = 0; i < prompts.size(); i++) {
                writer.longs("ids." + i, new long[] {prompts.get(i).length}, prompts.get(i));
            }
            of.forEach((name, weights) -> {
                try (Overlay overlay = EditedTensors.overlay(lm, weights); NDManager manager = lm.manager().newSubManager()) {
                    for (int i = 0; i < prompts.size(); i++) {
                        NDArray logits = lm.logits(TokenRows.of(prompts.get(i)), overlay, manager);
                        long[] shape = {logits.getShape().get(1), logits.getShape().get(2)};
                        writer.floats("logits." + name + "." + i, shape, logits.toFloatArray());
                    }
                }
            });
        }
        writer.write(directory.resolve("logits.safetensors"));
    }
}
