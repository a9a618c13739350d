package dev.errata.worker;

import dev.errata.delta.EditedTensor;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.ProbedFact;
import java.util.List;
import java.util.Map;

/** Measures a candidate version before it is committed. */
public interface Gauge {
    /**
     * @param weights the version's edited tensors, by name
     * @param written facts that this version writes
     * @param earlier live facts that earlier versions wrote, oldest first
     */
    Measured measure(Map<String, EditedTensor> weights, List<ProbedFact> written, List<ProbedFact> earlier);
}
