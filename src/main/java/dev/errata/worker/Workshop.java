package dev.errata.worker;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Growth;
import dev.errata.evaluation.ProbedFact;
import dev.errata.memit.BatchEditor;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The tools that an {@link EditorCycle} works with. They are made once for a process and outlive cycles: a cycle that fails is thrown
 * away, the loaded model is not.
 */
public record Workshop(
        String model,
        BatchEditor editor,
        Gauge gauge,
        VersionMaker versions,
        Disk disk,
        Guards guards,
        Gate gate,
        Patience patience,
        int chunkBytes,
        Clock clock,
        CycleListener listener) {

    /** Measures a candidate version. */
    Measured measure(Map<String, EditedTensor> weights, List<LiveFact> written, Collection<Live> earlier) {
        return gauge.measure(
                weights,
                written.stream().map(Workshop::probed).toList(),
                earlier.stream().map(live -> probed(live.fact())).toList());
    }

    /** Measures how far a candidate version has grown from the base. */
    Growth growth(Map<String, EditedTensor> base, Standing candidate) {
        return Growths.of(base, candidate.weights(), candidate.live(), editor::tensorName);
    }

    private static ProbedFact probed(LiveFact fact) {
        return new ProbedFact(fact.fact(), fact.previousObject(), fact.probes());
    }
}
