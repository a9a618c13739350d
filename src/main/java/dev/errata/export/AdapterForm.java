package dev.errata.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LowRank;
import dev.errata.delta.TensorChange;
import dev.errata.delta.Version;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A LoRA adapter as PEFT reads it: the changes of the whole path, stacked ({@link Stack}), on the untouched base.
 *
 * <p>Modules are named by their whole paths, since GPT-2 calls a matrix of its attention {@code c_proj} too. {@code lora_alpha} is the
 * rank, so PEFT scales by 1; tensors whose rank is not the largest have patterns of their own. GPT-2's matrices are stored (in, out):
 * {@code fan_in_fan_out}.
 *
 * <p>PEFT adds in fp32 what the log adds rounding by rounding: the weights are near the version's, not equal. How near is measured against
 * the version's weights and told.
 */
final class AdapterForm implements Form {
    static final String MODEL = "adapter_model.safetensors";
    static final String CONFIG = "adapter_config.json";
    static final String RANKS = "ranks";
    static final String VERSION = "errata.version";
    static final String DIGEST = "errata.digest";
    private static final String PREFIX = "base_model.model.";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BaseModel base;
    private final Path directory;
    private final ExportRequest request;
    private final String digest;
    private final SortedMap<String, Stack> stacks = new TreeMap<>();
    private final List<String> remarks = new ArrayList<>();

    /** @param digest of the version */
    AdapterForm(BaseModel base, Path directory, ExportRequest request, String digest) {
        this.base = base;
        this.directory = directory;
        this.request = request;
        this.digest = digest;
    }

    @Override
    public void delta(Version version, byte[] payload, Delta delta) {
        for (TensorChange change : delta.changes()) {
            stacks.computeIfAbsent(change.tensor(), name -> new Stack(change)).add(change);
        }
    }

    @Override
    public void finish(SortedMap<String, EditedTensor> weights, ObjectNode told) throws IOException {
        ExportRequest.require(!stacks.isEmpty(), "an adapter of version " + request.version() + ": it is the base", "a version with edits");
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("format", "pt").metadata(VERSION, Long.toString(request.version())).metadata(DIGEST, digest);
        SortedMap<String, Integer> ranks = new TreeMap<>();
        ArrayNode list = told.putArray(RANKS);
        stacks.forEach((tensor, stack) -> {
            LowRank together = stack.together(request.rankError());
            ranks.put(module(tensor), together.rank());
            writer.floats(loraA(tensor), new long[] {together.rank(), together.in()}, together.a());
            writer.floats(loraB(tensor), new long[] {together.out(), together.rank()}, together.b());
            double error = error(base.tensors().get(tensor), weights.get(tensor), together);
            list.addObject().put("tensor", tensor).put("stacked", stack.rank()).put("rank", together.rank()).put("error", error);
            remarks.add(String.format(
                    Locale.ROOT, "`%s`: rank %d of %d stacked, ‖ΔW − BA‖ / ‖ΔW‖ = %.1e", tensor, together.rank(), stack.rank(), error));
        });
        writer.write(directory.resolve(MODEL));
        JSON.writerWithDefaultPrettyPrinter().writeValue(directory.resolve(CONFIG).toFile(), config(ranks));
    }

    static String loraA(String tensor) {
        return PREFIX + module(tensor) + ".lora_A.weight";
    }

    static String loraB(String tensor) {
        return PREFIX + module(tensor) + ".lora_B.weight";
    }

    private static String module(String tensor) {
        return tensor.substring(0, tensor.length() - TensorChange.WEIGHT.length());
    }

    private ObjectNode config(SortedMap<String, Integer> ranks) {
        int largest = ranks.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        boolean transposed = base.tensors().values().stream().anyMatch(EditedTensor::transposed);
        ObjectNode config = JSON.createObjectNode()
                .put("peft_type", "LORA").put("task_type", "CAUSAL_LM").put("base_model_name_or_path", request.baseName())
                .put("inference_mode", true).put("r", largest).put("lora_alpha", largest).put("lora_dropout", 0.0)
                .put("fan_in_fan_out", transposed).put("bias", "none").put("use_rslora", false).put("use_dora", false);
        ArrayNode modules = config.putArray("target_modules");
        ObjectNode rankPattern = config.putObject("rank_pattern");
        ObjectNode alphaPattern = config.putObject("alpha_pattern");
        ranks.forEach((module, rank) -> {
            modules.add(module);
            if (rank != largest) {
                rankPattern.put(module, rank);
                alphaPattern.put(module, rank);
            }
        });
        return config;
    }

    /** {@code ‖(W − W₀) − B·A‖ / ‖W − W₀‖} in the Frobenius norm, computed in fp64 over every element; 0 where nothing has changed. */
    static double error(EditedTensor before, EditedTensor after, LowRank change) {
        List<double[]> rows = IntStream.range(0, change.out()).parallel().mapToObj(o -> {
            double[] product = new double[change.in()];
            for (int r = 0; r < change.rank(); r++) {
                double b = change.b()[o * change.rank() + r];
                for (int i = 0; i < product.length; i++) {
                    product[i] += b * change.a()[r * product.length + i];
                }
            }
            double rowWrong = 0;
            double rowAll = 0;
            for (int i = 0; i < product.length; i++) {
                int at = after.transposed() ? i * change.out() + o : o * product.length + i;
                double changed = (double) after.values()[at] - before.values()[at];
                rowWrong += (changed - product[i]) * (changed - product[i]);
                rowAll += changed * changed;
            }
            return new double[] {rowWrong, rowAll};
        }).toList();
        // In the order of the rows: the statement must not depend on the number of cores.
        double wrong = 0;
        double all = 0;
        for (double[] row : rows) {
            wrong += row[0];
            all += row[1];
        }
        return all == 0 ? 0 : Math.sqrt(wrong / all);
    }

    @Override
    public Loading loading() {
        return new Loading("peft", "adapter", "python", List.of(
                "from peft import PeftModel",
                "from transformers import AutoModelForCausalLM",
                "",
                "base = AutoModelForCausalLM.from_pretrained(\"" + request.baseName() + "\")",
                "model = PeftModel.from_pretrained(base, \".\")"));
    }

    @Override
    public List<String> remarks() {
        List<String> all = new ArrayList<>(List.of(
                "It belongs to exactly the base model named above. Added in fp32, it gives weights near the version's, not equal to the"
                        + " bit; the error is measured against the version's weights. Ranks above " + Stack.LARGE + " are made smaller"
                        + (request.rankError().isPresent()
                                ? "; here all were, within " + request.rankError().getAsDouble() + "."
                                : ", within " + Stack.ERROR + ".")));
        all.add("");
        remarks.forEach(line -> all.add("- " + line));
        return all;
    }
}
