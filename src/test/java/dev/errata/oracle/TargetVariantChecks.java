package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.memit.Contexts;
import dev.errata.memit.EditRequest;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.TargetListener;
import dev.errata.memit.TargetResult.Found;
import dev.errata.memit.TargetSearch;
import dev.errata.oracle.MemitRecording.StepTolerance;
import dev.errata.oracle.OracleDirectory.Computed;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Target searches under changed hyper-parameters: early stop, an earlier loss layer, a heavy divergence, a tight clamp, no update. */
final class TargetVariantChecks {
    private static final String FILE = "memit/z_variants.safetensors";

    private final OracleDirectory oracle;
    private final CausalLm model;
    private final JsonNode memit;

    TargetVariantChecks(OracleDirectory oracle, CausalLm model) {
        this.oracle = oracle;
        this.model = model;
        this.memit = oracle.json("memit/memit.json");
    }

    Stream<DynamicTest> all() {
        List<DynamicTest> tests = new ArrayList<>();
        List<String> checked = new ArrayList<>();
        oracle.json("memit/z_variants.json").get("variants").fields().forEachRemaining(variant -> {
            List<Found> found = search(variant.getValue());
            for (int i = 0; i < found.size(); i++) {
                String name = variant.getKey() + "." + i;
                JsonNode recorded = variant.getValue().get("requests").get(i);
                Found computed = found.get(i);
                tests.add(dynamicTest(name + " steps", () -> MemitChecks.search(recorded, computed.trace(), tolerance(recorded))));
                Computed z = Computed.of(computed.target(), computed.target().length);
                Computed delta = difference(computed.target(), computed.initial());
                tests.add(dynamicTest(name + " z", () -> oracle.check(FILE, name + ".z", z)));
                tests.add(dynamicTest(name + " delta", () -> oracle.check(FILE, name + ".delta", delta)));
                checked.add(name + ".z");
                checked.add(name + ".delta");
            }
        });
        tests.add(dynamicTest("nothing recorded is left out", () -> assertThat(checked).hasSameElementsAs(oracle.recorded(FILE))));
        return tests.stream();
    }

    private List<Found> search(JsonNode variant) {
        ObjectNode changed = memit.get("hparams").deepCopy();
        changed.setAll((ObjectNode) variant.get("changes"));
        List<EditRequest> requests = new ArrayList<>();
        for (JsonNode request : variant.get("requests")) {
            requests.add(new EditRequest(
                    request.get("prompt").textValue(), request.get("subject").textValue(), request.get("target").textValue()));
        }
        Contexts contexts = Contexts.parse(memit.get("context_templates").toString());
        TargetSearch search = TargetSearch.lean(model, HyperParameters.parse(changed.toString()), contexts, 1L << 30);
        return search.search(requests, Overlay.NONE, TargetListener.NONE).stream().map(Found.class::cast).toList();
    }

    /** The batches' tolerances, or twenty times what rounding did to this search where that is more. */
    private StepTolerance tolerance(JsonNode recorded) {
        StepTolerance usual = StepTolerance.of(memit.get("step_tolerance"));
        double noise = 20 * recorded.get("noise_max_abs").doubleValue();
        double loss = Math.max(usual.total(), noise);
        return new StepTolerance(loss, Math.max(usual.kl(), noise), usual.weightDecay(), loss, usual.deltaNorm());
    }

    private static Computed difference(float[] values, float[] minus) {
        float[] difference = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            difference[i] = values[i] - minus[i];
        }
        return Computed.of(difference, values.length);
    }
}
