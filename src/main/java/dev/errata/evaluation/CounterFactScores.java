package dev.errata.evaluation;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A version's scores on some facts by the names of the paper's tables (method.md §10.2): ES PS NS (success), EA PA NA (accuracy), EM PM
 * NM (magnitude) and S, each times 100.
 *
 * <p>Magnitude is the difference of the two objects' probabilities, positive when the wanted one is the larger: the new one's for
 * efficacy and paraphrases, the previous one's for neighbours. S is the harmonic mean of ES, PS and NS. What no fact carries prompts for
 * is absent.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param facts how many facts were asked
 * @param percent by name, in the order above
 */
public record CounterFactScores(int facts, Map<String, Double> percent) {
    private static final Map<String, String> NAMES = names();

    public CounterFactScores {
        percent = Collections.unmodifiableMap(new LinkedHashMap<>(percent));
    }

    /** Asks a version. Probes that the model cannot be asked are left out, as in {@link Evaluator}. */
    public static CounterFactScores of(CausalLm model, Overlay overlay, List<ProbedFact> facts) {
        Scorer scorer = new Scorer(model, overlay);
        List<ProbedFact> asked = facts.stream().map(fact -> Evaluator.askable(fact, scorer)).toList();
        return of(asked, scorer.ask(FactScores.questions(asked)));
    }

    /** @param answers one for each of {@link FactScores#questions} */
    static CounterFactScores of(List<ProbedFact> facts, List<Likelihood> answers) {
        Scores scores = FactScores.of(facts, questions -> answers);
        Map<String, Double> percent = new LinkedHashMap<>();
        NAMES.forEach((name, score) -> {
            if (scores.byName().containsKey(score)) {
                percent.put(name, scores.byName().get(score).percent());
            }
        });
        percent.putAll(magnitudes(facts, answers));
        if (percent.containsKey("ES") && percent.containsKey("PS") && percent.containsKey("NS")) {
            percent.put("S", harmonicMean(percent.get("ES"), percent.get("PS"), percent.get("NS")));
        }
        return new CounterFactScores(facts.size(), percent);
    }

    private static Map<String, Double> magnitudes(List<ProbedFact> facts, List<Likelihood> answers) {
        Map<String, List<Double>> ofFacts = new LinkedHashMap<>();
        List.of("EM", "PM", "NM").forEach(name -> ofFacts.put(name, new ArrayList<>()));
        Iterator<Likelihood> answer = answers.iterator();
        for (ProbedFact fact : facts) {
            Map<String, List<Double>> ofFact = new HashMap<>();
            for (FactScores.Prompt prompt : FactScores.prompts(fact)) {
                double written = answer.next().probability();
                if (fact.previousObject().isPresent()) {
                    double gain = written - answer.next().probability();
                    String name = prompt.kind().name().charAt(0) + "M";
                    ofFact.computeIfAbsent(name, key -> new ArrayList<>())
                            .add(prompt.kind() == FactScores.Kind.NEIGHBORHOOD ? -gain : gain);
                }
            }
            ofFact.forEach((name, gains) -> ofFacts.get(name).add(mean(gains)));
        }
        Map<String, Double> magnitudes = new LinkedHashMap<>();
        ofFacts.forEach((name, gains) -> {
            if (!gains.isEmpty()) {
                magnitudes.put(name, 100 * mean(gains));
            }
        });
        return magnitudes;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** 0 as soon as one value is. */
    static double harmonicMean(double... values) {
        double sum = 0;
        for (double value : values) {
            sum += 1 / value;
        }
        return values.length / sum;
    }

    private static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("ES", Scores.EFFICACY_SUCCESS);
        names.put("PS", Scores.PARAPHRASE_SUCCESS);
        names.put("NS", Scores.NEIGHBORHOOD_SUCCESS);
        names.put("EA", Scores.EFFICACY_ACCURACY);
        names.put("PA", Scores.PARAPHRASE_ACCURACY);
        names.put("NA", Scores.NEIGHBORHOOD_ACCURACY);
        return names;
    }
}
