package dev.errata.evaluation;

import static dev.errata.evaluation.Scores.EFFICACY_ACCURACY;
import static dev.errata.evaluation.Scores.EFFICACY_SUCCESS;
import static dev.errata.evaluation.Scores.NEIGHBORHOOD_ACCURACY;
import static dev.errata.evaluation.Scores.NEIGHBORHOOD_SUCCESS;
import static dev.errata.evaluation.Scores.PARAPHRASE_ACCURACY;
import static dev.errata.evaluation.Scores.PARAPHRASE_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FactScoresLawsTest {
    /** Success is a matter of probabilities alone, accuracy of ranks alone. */
    @Property(tries = 200)
    void shouldKeepSuccessAndAccuracyApartWhenTheOtherChanges(@ForAll long seed) {
        Random random = new Random(seed);
        ProbedFact fact = new ProbedFact(
                new Fact("Tower", new Relation("P131", "{} is in"), "Rome"),
                Optional.of("Paris"),
                new Probes(List.of("p1", "p2"), List.of("n1", "n2", "n3")));
        Map<Question, Likelihood> one = drawn(fact, random);
        Map<Question, Likelihood> otherRanks = new HashMap<>();
        Map<Question, Likelihood> otherNlls = new HashMap<>();
        one.forEach((question, answer) -> {
            otherRanks.put(question, new Likelihood(answer.nll(), random.nextBoolean()));
            otherNlls.put(question, new Likelihood(random.nextDouble(), answer.first()));
        });

        Scores scores = scores(fact, one);

        for (String success : List.of(EFFICACY_SUCCESS, PARAPHRASE_SUCCESS, NEIGHBORHOOD_SUCCESS)) {
            assertThat(scores(fact, otherRanks).byName().get(success)).isEqualTo(scores.byName().get(success));
        }
        for (String accuracy : List.of(EFFICACY_ACCURACY, PARAPHRASE_ACCURACY, NEIGHBORHOOD_ACCURACY)) {
            assertThat(scores(fact, otherNlls).byName().get(accuracy)).isEqualTo(scores.byName().get(accuracy));
        }
    }

    private static Scores scores(ProbedFact fact, Map<Question, Likelihood> answers) {
        return FactScores.of(List.of(fact), questions -> questions.stream().map(answers::get).toList());
    }

    private static Map<Question, Likelihood> drawn(ProbedFact fact, Random random) {
        List<String> prompts = new ArrayList<>(List.of(fact.fact().prompt()));
        prompts.addAll(fact.probes().paraphrases());
        prompts.addAll(fact.probes().neighbors());
        Map<Question, Likelihood> drawn = new HashMap<>();
        for (String prompt : prompts) {
            for (String object : List.of(fact.fact().object(), fact.previousObject().orElseThrow())) {
                drawn.put(new Question(prompt, object), new Likelihood(random.nextDouble(), random.nextBoolean()));
            }
        }
        return drawn;
    }
}
