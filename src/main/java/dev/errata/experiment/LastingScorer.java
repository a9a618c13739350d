package dev.errata.experiment;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.evaluation.Drift;
import dev.errata.evaluation.FactScores;
import dev.errata.evaluation.FixedText;
import dev.errata.evaluation.Likelihood;
import dev.errata.evaluation.ProbedFact;
import dev.errata.evaluation.Question;
import dev.errata.evaluation.Scorer;
import dev.errata.memit.EditedTensors;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Asks a model with edited weights about several sets of facts that may overlap, each question once, and reads the fixed text.
 *
 * <h2>Thread safety</h2> Safe.
 */
final class LastingScorer {
    private final CausalLm model;
    private final FixedText text;

    LastingScorer(CausalLm model, FixedText text) {
        this.model = model;
        this.text = text;
    }

    /**
     * Scores of each list of facts, in their order, and what the text shows.
     *
     * @param nll of the object on the facts' own prompts, mean over tokens and then facts, in nats; NaN for no facts
     */
    record Asked(List<LastingScores> scores, List<Double> nll, Drift drift) {
        double perplexity() {
            return drift.perplexity();
        }
    }

    Asked ask(SortedMap<String, EditedTensor> weights, List<List<LiveFact>> sets) {
        try (Overlay overlay = EditedTensors.overlay(model, weights)) {
            Map<Question, Likelihood> answers = new HashMap<>();
            Scorer scorer = new Scorer(model, overlay);
            List<LastingScores> scores = sets.stream()
                    .map(facts -> FactScores.of(probed(facts), questions -> answers(questions, scorer, answers)))
                    .map(LastingScores::of)
                    .toList();
            return new Asked(scores, sets.stream().map(facts -> nll(facts, answers)).toList(), text.drift(overlay));
        }
    }

    private static double nll(List<LiveFact> facts, Map<Question, Likelihood> answers) {
        return facts.stream()
                .mapToDouble(fact -> answers.get(new Question(fact.fact().prompt(), fact.fact().object())).nll())
                .average()
                .orElse(Double.NaN);
    }

    private static List<Likelihood> answers(List<Question> questions, Scorer scorer, Map<Question, Likelihood> known) {
        Set<Question> unknown = new LinkedHashSet<>(questions);
        unknown.removeAll(known.keySet());
        List<Question> asked = List.copyOf(unknown);
        List<Likelihood> found = scorer.ask(asked);
        for (int i = 0; i < asked.size(); i++) {
            known.put(asked.get(i), found.get(i));
        }
        return questions.stream().map(known::get).toList();
    }

    private static List<ProbedFact> probed(List<LiveFact> facts) {
        return facts.stream().map(fact -> new ProbedFact(fact.fact(), fact.previousObject(), fact.probes())).toList();
    }
}
