package dev.errata.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Where a directory keeps what the reference's edits gave. There are two forms: the tiny models' {@code memit/} with three batches and
 * their algebra, and the trained model's {@code batch10.*} with one.
 *
 * @param covarianceFile recorded means, {@code layer.l.mean}
 * @param covarianceInLoop whether a block's mean was taken when the first batch came to it, with the blocks below edited by then; the
 *     reference does that unless it finds the means made before
 * @param covarianceText the text they were made from
 * @param logitsFile logits {@code <state>.prompt.<i>}
 * @param stepTolerance largest differences of the loss terms of a step
 */
record MemitRecording(
        JsonNode hparams,
        JsonNode contexts,
        List<Batch> batches,
        String covarianceFile,
        boolean covarianceInLoop,
        Path covarianceText,
        String logitsFile,
        List<String> prompts,
        StepTolerance stepTolerance) {

    /**
     * @param state what logits after it are called
     * @param design file with the algebra in fp64, if it was recorded
     * @param follows the batch whose weights this one starts from, or none for the base model
     * @param carried whether that batch's keys are preserved
     * @param requests the facts
     * @param searches for each fact what the reference's search went through
     */
    record Batch(
            String state,
            String file,
            Optional<String> design,
            Optional<String> follows,
            boolean carried,
            JsonNode requests,
            JsonNode searches) {}

    /** In the units of the recordings: nats, and the norm of δ. */
    record StepTolerance(double nll, double kl, double weightDecay, double total, double deltaNorm) {
        /** For the trained model, which has none of its own: the tiny GPT-J's. */
        static final StepTolerance TRAINED = new StepTolerance(5e-4, 1.6e-5, 1.1e-6, 5e-4, 1.6e-3);

        static StepTolerance of(JsonNode node) {
            return new StepTolerance(
                    node.get("nll").doubleValue(),
                    node.get("kl").doubleValue(),
                    node.get("weight_decay").doubleValue(),
                    node.get("total").doubleValue(),
                    node.get("delta_norm").doubleValue());
        }
    }

    static MemitRecording in(OracleDirectory oracle) {
        return oracle.has("memit/memit.json") ? tiny(oracle) : trained(oracle);
    }

    private static MemitRecording tiny(OracleDirectory oracle) {
        JsonNode memit = oracle.json("memit/memit.json");
        List<Batch> batches = new ArrayList<>();
        batches.add(tiny(oracle, "batch1", Optional.empty(), false, memit.get("batch1"), memit));
        batches.add(tiny(oracle, "batch2_plain", Optional.of("batch1"), false, memit.get("batch2"), memit));
        batches.add(tiny(oracle, "batch2_rls", Optional.of("batch1"), true, memit.get("batch2"), memit));
        return new MemitRecording(
                memit.get("hparams"),
                memit.get("context_templates"),
                batches,
                "memit/covariance.safetensors",
                true,
                oracle.path().resolveSibling("covariance.txt"),
                "memit/logits.safetensors",
                texts(oracle.json("memit/logits_prompts.json")),
                StepTolerance.of(memit.get("step_tolerance")));
    }

    private static Batch tiny(
            OracleDirectory oracle, String name, Optional<String> follows, boolean carried, JsonNode requests, JsonNode memit) {
        return new Batch(
                name,
                "memit/" + name + ".safetensors",
                Optional.of("memit/" + name + "_design.safetensors").filter(oracle::has),
                follows,
                carried,
                requests,
                memit.get("requests").get(name));
    }

    private static MemitRecording trained(OracleDirectory oracle) {
        JsonNode batch = oracle.json("batch10.json");
        return new MemitRecording(
                oracle.json(oracle.model().resolve("hparams.json").toAbsolutePath().toString()),
                oracle.json("context_templates.json"),
                List.of(trainedBatch(batch.get("requests"), batch.get("steps"))),
                "covariance.safetensors",
                false,
                oracle.path().resolve("covariance.txt"),
                "batch10_logits.safetensors",
                texts(batch.get("logits_prompts")),
                StepTolerance.TRAINED);
    }

    private static Batch trainedBatch(JsonNode requests, JsonNode searches) {
        return new Batch("after", "batch10.safetensors", Optional.empty(), Optional.empty(), false, requests, searches);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
    }
}
