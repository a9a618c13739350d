package dev.errata.evaluation;

import static dev.errata.evaluation.Scores.EFFICACY_ACCURACY;
import static dev.errata.evaluation.Scores.EFFICACY_SUCCESS;
import static dev.errata.evaluation.Scores.NEIGHBORHOOD_ACCURACY;
import static dev.errata.evaluation.Scores.NEIGHBORHOOD_SUCCESS;
import static dev.errata.evaluation.Scores.PARAPHRASE_ACCURACY;
import static dev.errata.evaluation.Scores.PARAPHRASE_SUCCESS;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * CounterFact's scores (method.md §10.1, §10.2): per prompt, then the mean over a fact's prompts, then the mean over facts.
 *
 * <table>
 * <caption>What counts for one prompt; s is the mean NLL of the new and of the previous object</caption>
 * <tr><td>efficacy, paraphrase success</td><td>s(previous) &gt; s(new)</td></tr>
 * <tr><td>neighborhood success</td><td>s(previous) &lt; s(new)</td></tr>
 * <tr><td>efficacy, paraphrase accuracy</td><td>the new object is the most probable continuation</td></tr>
 * <tr><td>neighborhood accuracy</td><td>the previous object is</td></tr>
 * </table>
 *
 * A fact without a previous object has accuracies alone, and no neighborhood. Success and accuracy are never mixed.
 */
public final class FactScores {
    private FactScores() {}

    /**
     * Asks all prompts of all facts at once.
     *
     * @param ask answers each question, in order
     */
    public static Scores of(List<ProbedFact> facts, Function<List<Question>, List<Likelihood>> ask) {
        Iterator<Likelihood> answers = ask.apply(questions(facts)).iterator();
        Tally tally = new Tally();
        for (ProbedFact fact : facts) {
            Map<String, List<Boolean>> ofFact = new HashMap<>();
            for (Prompt prompt : prompts(fact)) {
                Likelihood written = answers.next();
                Likelihood previous = fact.previousObject().isPresent() ? answers.next() : null;
                prompt.kind().judge(written, previous, ofFact);
            }
            tally.add(ofFact);
        }
        return new Scores(facts.size(), tally.scores());
    }

    /** Every prompt of every fact with its object and then, where there is one, with the previous object. */
    static List<Question> questions(List<ProbedFact> facts) {
        List<Question> questions = new ArrayList<>();
        for (ProbedFact fact : facts) {
            for (Prompt prompt : prompts(fact)) {
                questions.add(new Question(prompt.text(), fact.fact().object()));
                fact.previousObject().ifPresent(previous -> questions.add(new Question(prompt.text(), previous)));
            }
        }
        return questions;
    }

    static List<Prompt> prompts(ProbedFact fact) {
        List<Prompt> prompts = new ArrayList<>();
        prompts.add(new Prompt(Kind.EFFICACY, fact.fact().prompt()));
        fact.probes().paraphrases().forEach(text -> prompts.add(new Prompt(Kind.PARAPHRASE, text)));
        if (fact.previousObject().isPresent()) {
            fact.probes().neighbors().forEach(text -> prompts.add(new Prompt(Kind.NEIGHBORHOOD, text)));
        }
        return prompts;
    }

    record Prompt(Kind kind, String text) {}

    enum Kind {
        EFFICACY(EFFICACY_SUCCESS, EFFICACY_ACCURACY),
        PARAPHRASE(PARAPHRASE_SUCCESS, PARAPHRASE_ACCURACY),
        NEIGHBORHOOD(NEIGHBORHOOD_SUCCESS, NEIGHBORHOOD_ACCURACY);

        private final String success;
        private final String accuracy;

        Kind(String success, String accuracy) {
            this.success = success;
            this.accuracy = accuracy;
        }

        void judge(Likelihood written, Likelihood previous, Map<String, List<Boolean>> into) {
            boolean keeps = this == NEIGHBORHOOD;
            if (previous != null) {
                note(into, success, keeps ? previous.nll() < written.nll() : previous.nll() > written.nll());
            }
            note(into, accuracy, keeps ? previous.first() : written.first());
        }

        private static void note(Map<String, List<Boolean>> into, String score, boolean hit) {
            into.computeIfAbsent(score, name -> new ArrayList<>()).add(hit);
        }
    }

    /** Sums facts' means, so that a fact with many prompts weighs no more than one with few. */
    private static final class Tally {
        private final Map<String, Double> sums = new HashMap<>();
        private final Map<String, Integer> facts = new HashMap<>();
        private final Map<String, Integer> prompts = new HashMap<>();

        void add(Map<String, List<Boolean>> ofFact) {
            ofFact.forEach((name, hits) -> {
                sums.merge(name, hits.stream().mapToInt(hit -> hit ? 1 : 0).average().orElseThrow(), Double::sum);
                facts.merge(name, 1, Integer::sum);
                prompts.merge(name, hits.size(), Integer::sum);
            });
        }

        Map<String, Score> scores() {
            Map<String, Score> scores = new HashMap<>();
            sums.forEach((name, sum) -> scores.put(name, new Score(100 * sum / facts.get(name), prompts.get(name))));
            return scores;
        }
    }
}
