package dev.errata.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CounterFactScoresTest {
    private static final ProbedFact ANGOLA = new ProbedFact(
            new Fact("Angola", new Relation("P30", "{} is located in"), "Antarctica"),
            Optional.of("Africa"),
            new Probes(List.of("Angola belongs to"), List.of("Ghana is in", "Chad is in")));

    @Test
    void shouldNameScoresAsThePaperDoesWhenAnswersAreKnown() {
        // New object, then previous one: for the prompt, a paraphrase, two neighbours.
        CounterFactScores scores = CounterFactScores.of(List.of(ANGOLA), List.of(
                likely(0.9, true), likely(0.1, false),
                likely(0.2, false), likely(0.4, false),
                likely(0.1, false), likely(0.6, true),
                likely(0.5, true), likely(0.3, false)));

        assertThat(scores.percent().keySet()).containsExactly("ES", "PS", "NS", "EA", "PA", "NA", "EM", "PM", "NM", "S");
        assertThat(scores.percent()).containsEntry("ES", 100.0).containsEntry("PS", 0.0).containsEntry("NS", 50.0)
                .containsEntry("EA", 100.0).containsEntry("PA", 0.0).containsEntry("NA", 50.0).containsEntry("S", 0.0);
        assertThat(scores.percent().get("EM")).isCloseTo(80, within(1e-9));
        assertThat(scores.percent().get("PM")).isCloseTo(-20, within(1e-9));
        assertThat(scores.percent().get("NM")).isCloseTo((50 - 20) / 2.0, within(1e-9));
    }

    @Test
    void shouldLeaveOutWhatNoFactCarries() {
        ProbedFact bare = new ProbedFact(ANGOLA.fact(), Optional.empty(), Probes.NONE);

        CounterFactScores scores = CounterFactScores.of(List.of(bare), List.of(likely(0.9, true)));

        assertThat(scores.percent()).containsOnlyKeys("EA");
    }

    /** The paper's GPT-J row. */
    @Test
    void shouldTakeTheHarmonicMeanAsThePaperDoes() {
        assertThat(CounterFactScores.harmonicMean(98.9, 88.6, 73.7)).isCloseTo(85.8, within(0.05));
    }

    private static Likelihood likely(double probability, boolean first) {
        return new Likelihood(-Math.log(probability), first);
    }
}
