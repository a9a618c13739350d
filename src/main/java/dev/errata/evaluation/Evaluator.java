package dev.errata.evaluation;

import dev.errata.fact.Probes;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures a version before it is committed: the facts it writes, a sample of those written earlier, and drift on a fixed text.
 *
 * <p>Probes are whatever a source sent. One that the model cannot be asked, because it is too long or is no text, is left out of the
 * scores; it must not stop a fact that the model can take.
 *
 * @param text empty where no fixed text is configured: no drift is measured
 * @param retention how many facts written earlier are asked again, 0 or more
 */
public record Evaluator(CausalLm model, Optional<FixedText> text, int retention) {
    public Evaluator {
        if (retention < 0) {
            throw new ErrataException(Failure.SETTING_INVALID, "errata.evaluation.retention: " + retention + " (expected: 0 or more)");
        }
    }

    /** What was measured. */
    public record Measured(Scores written, Optional<Scores> retained, Optional<Drift> drift) {}

    /**
     * @param overlay the version's edited tensors
     * @param written facts that this version writes
     * @param earlier live facts that earlier versions wrote, oldest first
     */
    public Measured measure(Overlay overlay, List<ProbedFact> written, List<ProbedFact> earlier) {
        Scorer scorer = new Scorer(model, overlay);
        List<ProbedFact> sample = sample(earlier, retention);
        return new Measured(
                scores(written, scorer),
                sample.isEmpty() ? Optional.empty() : Optional.of(scores(sample, scorer)),
                text.map(fixed -> fixed.drift(overlay)));
    }

    private static Scores scores(List<ProbedFact> facts, Scorer scorer) {
        return FactScores.of(facts.stream().map(fact -> askable(fact, scorer)).toList(), scorer::ask);
    }

    /** The fact with those of its probes that the model can be asked. */
    static ProbedFact askable(ProbedFact fact, Scorer scorer) {
        List<String> objects = new ArrayList<>(List.of(fact.fact().object()));
        Optional<String> previous =
                fact.previousObject().filter(object -> scorer.fits(new Question(fact.fact().prompt(), object)));
        previous.ifPresent(objects::add);
        return new ProbedFact(
                fact.fact(),
                previous,
                new Probes(askable(fact.probes().paraphrases(), objects, scorer), askable(fact.probes().neighbors(), objects, scorer)));
    }

    private static List<String> askable(List<String> prompts, List<String> objects, Scorer scorer) {
        return prompts.stream()
                .filter(prompt -> objects.stream().allMatch(object -> scorer.fits(new Question(prompt, object))))
                .toList();
    }

    /** Evenly over the age of facts, the oldest among them: forgetting shows there first. */
    static <T> List<T> sample(List<T> earlier, int count) {
        if (earlier.size() <= count) {
            return earlier;
        }
        List<T> sample = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sample.add(earlier.get((int) ((long) i * earlier.size() / count)));
        }
        return sample;
    }
}
