package dev.errata.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.evaluation.CounterFactScores;
import dev.errata.memit.HyperParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What an edit without a log did to a model, as a person and as a program reads it.
 *
 * @param model its name and digest
 * @param scored facts that the scores are over: those claimed in the end and those refused
 * @param written facts that the model holds in the end
 * @param seconds wall seconds by phase, in the order of work
 */
public record EditReport(
        Map<String, String> model,
        HyperParameters parameters,
        int scored,
        int written,
        LocalEdit.Result result,
        Side before,
        Side after,
        Map<String, Double> seconds) {
    private static final double CENT = 100;
    private static final double THOUSAND = 1000;

    /**
     * The model on one side of the edit.
     *
     * @param perplexity on the fixed text, empty where there is none
     */
    public record Side(CounterFactScores scores, OptionalDouble perplexity) {
        /** Scores by name, perplexity last; rounded. */
        public Map<String, Double> values() {
            Map<String, Double> values = new LinkedHashMap<>();
            scores.percent().forEach((name, percent) -> values.put(name, Math.round(percent * CENT) / CENT));
            perplexity.ifPresent(value -> values.put("perplexity", Math.round(value * THOUSAND) / THOUSAND));
            return values;
        }
    }

    /** Facts written in a second of the edit itself: targets, keys, solve, apply. */
    public double factsPerSecond() {
        return written / result.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The report as JSON. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        model.forEach(json.putObject("model")::put);
        json.set("hyperParameters", json(parameters));
        json.put("facts", scored).put("written", written).put("batches", result.batches());
        json.put("facts_per_second", Math.round(factsPerSecond() * THOUSAND) / THOUSAND);
        var refused = json.putArray("rejected");
        result.refused().forEach(one -> refused.addObject()
                .put("subject", one.fact().subject())
                .put("relation", one.fact().relation())
                .put("code", one.code().name())
                .put("message", one.message()));
        before.values().forEach(json.putObject("before")::put);
        after.values().forEach(json.putObject("after")::put);
        ObjectNode times = json.putObject("seconds");
        seconds.forEach((phase, time) -> times.put(phase, Math.round(time * THOUSAND) / THOUSAND));
        return json;
    }

    /** Hyper-parameters by the reference's names. */
    public static ObjectNode json(HyperParameters parameters) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        parameters.layers().forEach(json.putArray("layers")::add);
        return json.put("clamp_norm_factor", parameters.clampNormFactor())
                .put("fact_token", "subject_last")
                .put("v_num_grad_steps", parameters.steps())
                .put("v_lr", parameters.learningRate())
                .put("v_loss_layer", parameters.lossLayer())
                .put("v_weight_decay", parameters.weightDecay())
                .put("kl_factor", parameters.klFactor())
                .put("mom2_update_weight", parameters.covarianceWeight());
    }
}
