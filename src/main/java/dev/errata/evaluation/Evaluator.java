package dev.errata.evaluation;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures a version before it is committed: the facts it writes, a sample of those written earlier, and drift on a fixed text.
 *
 * @param text empty where no fixed text is configured: no drift is measured
 * @param retention how many facts written earlier are asked again
 */
public record Evaluator(CausalLm model, Optional<FixedText> text, int retention) {

    /** What was measured. */
    public record Measured(Scores written, Optional<Scores> retained, Optional<Drift> drift) {}

    /**
     * @param overlay the version's edited tensors
     * @param written facts that this version writes
     * @param earlier live facts that earlier versions wrote, oldest first
     */
    public Measured measure(Overlay overlay, List<ProbedFact> written, List<ProbedFact> earlier) {
        Scorer scorer = new Scorer(model, overlay);
        List<ProbedFact> sample = sample(earlier);
        return new Measured(
                FactScores.of(written, scorer::ask),
                sample.isEmpty() ? Optional.empty() : Optional.of(FactScores.of(sample, scorer::ask)),
                text.map(fixed -> fixed.drift(overlay)));
    }

    /** Evenly over the age of facts, the oldest among them: forgetting shows there first. */
    private List<ProbedFact> sample(List<ProbedFact> earlier) {
        if (earlier.size() <= retention) {
            return earlier;
        }
        List<ProbedFact> sample = new ArrayList<>();
        for (int i = 0; i < retention; i++) {
            sample.add(earlier.get((int) ((long) i * earlier.size() / retention)));
        }
        return sample;
    }
}
