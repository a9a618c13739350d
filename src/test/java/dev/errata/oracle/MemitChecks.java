package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.EditRecomputation;
import dev.errata.memit.EditRecomputation.Model;
import dev.errata.memit.EditRecomputation.Rows;
import dev.errata.memit.EditRecomputation.Tensor;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.TargetResult.Step;
import dev.errata.oracle.MemitRecording.Batch;
import dev.errata.oracle.MemitRecording.StepTolerance;
import dev.errata.oracle.OracleDirectory.Computed;
import dev.errata.safetensors.Safetensors;
import dev.errata.transformer.CausalLm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/**
 * The reference's edits: token rows, every step of every search, keys, states, solves and weights of each batch, and the logits after it,
 * from the recorded covariance to the weights without a recorded number in between; and that covariance from its text.
 */
final class MemitChecks {
    private final OracleDirectory oracle;
    private final CausalLm model;
    private final MemitRecording recording;
    private final SortedMap<Integer, double[]> means = new TreeMap<>();
    private final Map<String, EditRecomputation.Batch> batches = new HashMap<>();
    private final Map<String, Tensor> logits = new HashMap<>();

    MemitChecks(OracleDirectory oracle, CausalLm model) {
        this.oracle = oracle;
        this.model = model;
        this.recording = MemitRecording.in(oracle);
        HyperParameters parameters = HyperParameters.parse(recording.hparams().toString());
        for (int block : parameters.layers()) {
            means.put(block, oracle.tensors(recording.covarianceFile()).doubles("layer." + block + ".mean"));
        }
        Covariance covariance = EditRecomputation.recorded(means, Integer.MAX_VALUE);
        Contexts contexts = Contexts.parse(recording.contexts().toString());
        try (EditRecomputation edits = new EditRecomputation(model, parameters, contexts, covariance)) {
            logits("before", edits.base(), edits);
            for (Batch batch : recording.batches()) {
                Model after = batch.follows().map(name -> batches.get(name).after()).orElseGet(edits::base);
                Model before = batch.carried() ? after : new Model(edits.forgetful(), after.weights());
                batches.put(batch.state(), edits.edit(before, facts(batch.requests()), Anchor.CURRENT));
                logits(batch.state(), batches.get(batch.state()).after(), edits);
            }
        }
    }

    Stream<DynamicTest> all() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Batch batch : recording.batches()) {
            EditRecomputation.Batch computed = batches.get(batch.state());
            tests.addAll(tensors(batch.file(), computed.tensors()));
            batch.design().ifPresent(design -> tests.addAll(tensors(design, computed.tensors())));
            for (int i = 0; i < batch.searches().size(); i++) {
                JsonNode recorded = batch.searches().get(i);
                Rows rows = computed.rows().get(i);
                List<Step> steps = computed.steps().get(i);
                tests.add(dynamicTest(batch.state() + " rows of " + i, () -> rows(recorded, rows)));
                tests.add(dynamicTest(batch.state() + " search of " + i, () -> search(recorded, steps, recording.stepTolerance())));
            }
        }
        tests.addAll(tensors(recording.logitsFile(), logits));
        means.keySet().forEach(block -> tests.add(dynamicTest("covariance of block " + block, () -> covariance(block))));
        return tests.stream();
    }

    /** Every recorded tensor of a file: one that was not computed fails. */
    private List<DynamicTest> tensors(String file, Map<String, Tensor> computed) {
        return oracle.recorded(file).stream().map(tensor -> dynamicTest(file + " " + tensor, () -> {
            assertThat(computed).containsKey(tensor);
            oracle.check(file, tensor, Computed.of(computed.get(tensor).values(), computed.get(tensor).shape()));
        })).toList();
    }

    private void covariance(int block) {
        Map<Integer, float[]> below = new HashMap<>();
        if (recording.covarianceInLoop()) {
            Safetensors first = oracle.tensors(recording.batches().get(0).file());
            means.headMap(block).keySet().forEach(lower -> below.put(lower, first.floats("layer." + lower + ".weight")));
        }
        Tensor mean = EditRecomputation.mean(model, below, recording.covarianceText(), block);
        String file = recording.covarianceFile();
        String tensor = "layer." + block + ".mean";
        if (oracle.isRecorded(file, tensor)) {
            oracle.check(file, tensor, Computed.of(mean.values(), mean.shape()));
        } else {
            // The trained model's is not in its index. It was summed in fp32, ours is in fp64; 4e-7 was measured.
            assertThat(Distance.between(means.get(block), mean.values()).relativeFrobenius()).isLessThan(1e-6);
        }
    }

    private static void rows(JsonNode recorded, Rows computed) {
        assertThat(computed.object()).isEqualTo(integers(recorded.get("target_ids")).asLongStream().toArray());
        assertThat(computed.subjects()).isEqualTo(integers(recorded.get("subject_last_index_per_row")).toArray());
        assertThat(computed.ids().stream().mapToInt(ids -> ids.length).toArray())
                .isEqualTo(integers(recorded.get("row_lengths")).toArray());
    }

    /** Loss terms of every forward pass, and that there were as many. */
    static void search(JsonNode recorded, List<Step> computed, StepTolerance tolerance) {
        assertThat(computed).hasSize(recorded.get("forwards").intValue()).hasSize(recorded.get("steps").size());
        assertThat(recorded.get("updates").intValue()).isEqualTo(computed.size() - 1);
        for (int i = 0; i < computed.size(); i++) {
            JsonNode step = recorded.get("steps").get(i);
            Step ours = computed.get(i);
            String at = "step " + i + " ";
            assertThat(ours.nll()).as(at + "nll").isCloseTo(step.get("nll").doubleValue(), within(tolerance.nll()));
            assertThat(ours.kl()).as(at + "kl").isCloseTo(step.get("kl").doubleValue(), within(tolerance.kl()));
            assertThat(ours.weightDecay()).as(at + "weight decay")
                    .isCloseTo(step.get("weight_decay").doubleValue(), within(tolerance.weightDecay()));
            assertThat(ours.total()).as(at + "total").isCloseTo(step.get("total").doubleValue(), within(tolerance.total()));
            assertThat(ours.deltaNorm()).as(at + "norm").isCloseTo(step.get("delta_norm").doubleValue(), within(tolerance.deltaNorm()));
            for (int context = 0; context < Contexts.COUNT; context++) {
                // One of six may be off by what their mean may be off by, six times.
                assertThat(ours.nllEach().get(context)).as(at + "nll behind context " + context)
                        .isCloseTo(step.get("nll_each").get(context).doubleValue(), within(Contexts.COUNT * tolerance.nll()));
            }
        }
    }

    private void logits(String state, Model after, EditRecomputation edits) {
        for (int i = 0; i < recording.prompts().size(); i++) {
            logits.put(state + ".prompt." + i, edits.logits(recording.prompts().get(i), after));
        }
    }

    private static List<LiveFact> facts(JsonNode requests) {
        List<LiveFact> facts = new ArrayList<>();
        for (JsonNode request : requests) {
            Relation relation = new Relation(request.get("relation_id").textValue(), request.get("prompt").textValue());
            Fact fact = new Fact(request.get("subject").textValue(), relation, request.get("target_new").get("str").textValue());
            EventId event = new EventId("oracle", request.get("case_id").asText());
            facts.add(new LiveFact(event, fact, Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE));
        }
        return facts;
    }

    private static IntStream integers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue);
    }
}
