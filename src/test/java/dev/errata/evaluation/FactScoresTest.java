package dev.errata.evaluation;

import static dev.errata.evaluation.Scores.EFFICACY_ACCURACY;
import static dev.errata.evaluation.Scores.EFFICACY_SUCCESS;
import static dev.errata.evaluation.Scores.NEIGHBORHOOD_ACCURACY;
import static dev.errata.evaluation.Scores.NEIGHBORHOOD_SUCCESS;
import static dev.errata.evaluation.Scores.PARAPHRASE_ACCURACY;
import static dev.errata.evaluation.Scores.PARAPHRASE_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactScoresTest {
    private static final Relation CITY = new Relation("P131", "{} is in");

    /** A model that answers what it was told to. */
    private final Map<Question, Likelihood> answers = new HashMap<>();
    private final List<Question> asked = new ArrayList<>();

    private static ProbedFact fact(
            String subject, String object, Optional<String> previous, List<String> paraphrases, List<String> neighbors) {
        return new ProbedFact(new Fact(subject, CITY, object), previous, new Probes(paraphrases, neighbors));
    }

    private void says(String prompt, String object, double nll, boolean first) {
        answers.put(new Question(prompt, object), new Likelihood(nll, first));
    }

    private Scores scores(ProbedFact... facts) {
        return FactScores.of(List.of(facts), questions -> {
            asked.addAll(questions);
            return questions.stream().map(answers::get).toList();
        });
    }

    private static void has(Scores scores, String name, double percent, int prompts) {
        assertThat(scores.byName()).containsKey(name);
        assertThat(scores.byName().get(name).percent()).as(name).isCloseTo(percent, within(1e-9));
        assertThat(scores.byName().get(name).prompts()).as(name + " prompts").isEqualTo(prompts);
    }

    /**
     * By hand. The tower has 1 question, 2 paraphrases and 3 neighbours, the bridge 1 of each:
     *
     * <pre>
     *                      tower          bridge     mean over facts    (mean over prompts would be)
     * efficacy success     1/1            0/1        50                 50
     * efficacy accuracy    0/1            1/1        50                 50
     * paraphrase success   1/2            1/1        75                 66.7
     * paraphrase accuracy  0/2            1/1        50                 33.3
     * neighbour success    2/3            0/1        33.3               50
     * neighbour accuracy   1/3            1/1        66.7               50
     * </pre>
     */
    @Test
    void shouldTakeTheMeanOfEachFactAndThenOfFactsWhenTheyHaveDifferentNumbersOfPrompts() {
        ProbedFact tower = fact("Tower", "Rome", Optional.of("Paris"), List.of("t-p1", "t-p2"), List.of("t-n1", "t-n2", "t-n3"));
        ProbedFact bridge = fact("Bridge", "Oslo", Optional.of("Prague"), List.of("b-p1"), List.of("b-n1"));
        says("Tower is in", "Rome", 1.0, false);
        says("Tower is in", "Paris", 2.0, true);
        says("t-p1", "Rome", 1.0, false);
        says("t-p1", "Paris", 1.5, false);
        says("t-p2", "Rome", 1.5, false);
        says("t-p2", "Paris", 1.0, false);
        says("t-n1", "Rome", 3.0, false);
        says("t-n1", "Paris", 0.1, true);
        says("t-n2", "Rome", 3.0, false);
        says("t-n2", "Paris", 2.0, false);
        says("t-n3", "Rome", 0.5, true);
        says("t-n3", "Paris", 2.0, false);
        says("Bridge is in", "Oslo", 0.3, true);
        says("Bridge is in", "Prague", 0.2, false);
        says("b-p1", "Oslo", 0.1, true);
        says("b-p1", "Prague", 4.0, false);
        says("b-n1", "Oslo", 0.1, false);
        says("b-n1", "Prague", 0.2, true);

        Scores scores = scores(tower, bridge);

        assertThat(scores.facts()).isEqualTo(2);
        has(scores, EFFICACY_SUCCESS, 50, 2);
        has(scores, EFFICACY_ACCURACY, 50, 2);
        has(scores, PARAPHRASE_SUCCESS, 75, 3);
        has(scores, PARAPHRASE_ACCURACY, 50, 3);
        has(scores, NEIGHBORHOOD_SUCCESS, 100 / 3.0, 4);
        has(scores, NEIGHBORHOOD_ACCURACY, 200 / 3.0, 4);
    }

    @Test
    void shouldGiveAccuracyAloneWhenAFactHasNoPreviousObject() {
        says("Tower is in", "Rome", 1.0, true);
        says("t-p1", "Rome", 1.0, false);

        Scores scores = scores(fact("Tower", "Rome", Optional.empty(), List.of("t-p1"), List.of("t-n1")));

        assertThat(scores.byName()).containsOnlyKeys(EFFICACY_ACCURACY, PARAPHRASE_ACCURACY);
        has(scores, EFFICACY_ACCURACY, 100, 1);
        has(scores, PARAPHRASE_ACCURACY, 0, 1);
        assertThat(asked).containsExactly(new Question("Tower is in", "Rome"), new Question("t-p1", "Rome"));
    }

    @Test
    void shouldNotCountAFactInAScoreWhenItHasNoPromptForIt() {
        says("Tower is in", "Rome", 1.0, true);
        says("Tower is in", "Paris", 2.0, false);
        says("Bridge is in", "Oslo", 1.0, true);

        Scores scores = scores(
                fact("Tower", "Rome", Optional.of("Paris"), List.of(), List.of()),
                fact("Bridge", "Oslo", Optional.empty(), List.of(), List.of()));

        assertThat(scores.facts()).isEqualTo(2);
        assertThat(scores.byName()).containsOnlyKeys(EFFICACY_ACCURACY, EFFICACY_SUCCESS);
        has(scores, EFFICACY_SUCCESS, 100, 1);
        has(scores, EFFICACY_ACCURACY, 100, 2);
    }

    @Test
    void shouldCountNoSuccessWhenBothObjectsAreEquallyLikely() {
        says("Tower is in", "Rome", 1.0, false);
        says("Tower is in", "Paris", 1.0, false);
        says("t-n1", "Rome", 1.0, false);
        says("t-n1", "Paris", 1.0, false);

        Scores scores = scores(fact("Tower", "Rome", Optional.of("Paris"), List.of(), List.of("t-n1")));

        has(scores, EFFICACY_SUCCESS, 0, 1);
        has(scores, NEIGHBORHOOD_SUCCESS, 0, 1);
    }

    @Test
    void shouldHaveNoScoreWhenThereIsNoFact() {
        assertThat(scores()).isEqualTo(new Scores(0, Map.of()));
        assertThat(asked).isEmpty();
    }
}
