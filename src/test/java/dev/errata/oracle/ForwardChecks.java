package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.oracle.OracleDirectory.Computed;
import dev.errata.transformer.Attention;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.Tap;
import dev.errata.transformer.TokenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Six prompts, padded in one batch and each alone: every block's output, every key and all logits of an oracle's forward.safetensors. */
final class ForwardChecks {
    private static final String FILE = "forward.safetensors";

    private final OracleDirectory oracle;
    private final CausalLm model;

    ForwardChecks(OracleDirectory oracle, CausalLm model) {
        this.oracle = oracle;
        this.model = model;
    }

    Stream<DynamicTest> all() {
        Map<String, Computed> computed = compute();
        return oracle.recorded(FILE).stream().map(tensor -> dynamicTest(tensor, () -> {
            assertThat(computed).containsKey(tensor);
            oracle.check(FILE, tensor, computed.get(tensor));
        }));
    }

    private Map<String, Computed> compute() {
        List<long[]> prompts = new ArrayList<>();
        for (JsonNode prompt : oracle.json("forward.json").get("prompts")) {
            prompts.add(model.tokenizer().encode(prompt.textValue()).ids());
        }
        Map<String, Computed> computed = new HashMap<>();
        run("batch", TokenRows.of(prompts, model.tokenizer().padId()), true, computed);
        for (int i = 0; i < prompts.size(); i++) {
            run("alone." + i, TokenRows.of(prompts.get(i)), false, computed);
        }
        return computed;
    }

    /** Recordings of a single prompt have no axis for rows. */
    private void run(String name, TokenRows rows, boolean batch, Map<String, Computed> computed) {
        long[] shape = batch ? new long[] {rows.rows(), rows.width()} : new long[] {rows.width()};
        computed.put(name + ".input_ids", Computed.of(rowMajor(rows, false), shape));
        computed.put(name + ".attention_mask", Computed.of(rowMajor(rows, true), shape));
        try (NDManager m = model.manager().newSubManager()) {
            Attention attention = model.attention(rows, m);
            NDArray hidden = model.embed(rows, m);
            Tap keys = (block, key) -> computed.put(name + ".mlp." + block + ".key", real(key, rows, batch));
            for (int l = 0; l < model.config().blocks(); l++) {
                hidden = model.block(l, hidden, attention, Overlay.NONE, keys);
                computed.put(name + ".block." + l + ".output", real(hidden, rows, batch));
            }
            computed.put(name + ".logits", real(model.head(hidden), rows, batch));
        }
    }

    private static long[] rowMajor(TokenRows rows, boolean mask) {
        return LongStream.range(0, (long) rows.rows() * rows.width())
                .map(i -> {
                    int row = (int) i / rows.width();
                    int position = (int) i % rows.width();
                    return mask ? (position < rows.length(row) ? 1 : 0) : rows.id(row, position);
                })
                .toArray();
    }

    /** The values at real positions; padded positions are 0, as they were recorded. */
    private static Computed real(NDArray array, TokenRows rows, boolean batch) {
        float[] values = array.toFloatArray();
        int features = values.length / (rows.rows() * rows.width());
        for (int row = 0; row < rows.rows(); row++) {
            int begin = row * rows.width() * features;
            Arrays.fill(values, begin + rows.length(row) * features, begin + rows.width() * features, 0f);
        }
        return batch ? Computed.of(values, rows.rows(), rows.width(), features) : Computed.of(values, rows.width(), features);
    }
}
