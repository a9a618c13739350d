package dev.errata.worker;

import dev.errata.delta.EditedTensor;
import dev.errata.evaluation.Evaluator;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.ProbedFact;
import dev.errata.memit.EditedTensors;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.List;
import java.util.Map;

/** {@link Gauge} that asks the model itself. */
public record ModelGauge(CausalLm lm, Evaluator evaluator) implements Gauge {
    @Override
    public Measured measure(Map<String, EditedTensor> weights, List<ProbedFact> written, List<ProbedFact> earlier) {
        try (Overlay overlay = EditedTensors.overlay(lm, weights)) {
            return evaluator.measure(overlay, written, earlier);
        }
    }
}
