package dev.errata.evaluation;

import static dev.errata.evaluation.Scores.EFFICACY_ACCURACY;
import static dev.errata.evaluation.Scores.EFFICACY_SUCCESS;
import static dev.errata.evaluation.Scores.NEIGHBORHOOD_SUCCESS;
import static dev.errata.evaluation.Scores.PARAPHRASE_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final String TOO_LONG = "a ".repeat(2000);

    private static CausalLm model;

    @BeforeAll
    static void load() {
        model = TinyModel.load();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static ProbedFact fact(Optional<String> previous, Probes probes) {
        return new ProbedFact(new Fact("Norway", new Relation("P36", "The capital of {} is"), "Rome"), previous, probes);
    }

    @Test
    void shouldTakeFactsEvenlyOverTheirAgeWhenThereAreMoreThanAreAsked() {
        List<Integer> ages = IntStream.range(0, 10).boxed().toList();

        assertThat(Evaluator.sample(ages, 4)).containsExactly(0, 2, 5, 7);
        assertThat(Evaluator.sample(ages, 1)).containsExactly(0);
        assertThat(Evaluator.sample(ages, 0)).isEmpty();
        assertThat(Evaluator.sample(ages, 10)).isEqualTo(ages);
        assertThat(Evaluator.sample(ages, 11)).isEqualTo(ages);
    }

    @Test
    void shouldMeasureOnlyWhatThereIsWhenThereIsNoTextAndNothingEarlier() {
        ProbedFact fact = fact(Optional.of("Oslo"), new Probes(List.of("Norway's capital:"), List.of("The capital of Sweden is")));

        Measured measured = new Evaluator(model, Optional.empty(), 3).measure(Overlay.NONE, List.of(fact), List.of());

        assertThat(measured.written().facts()).isEqualTo(1);
        assertThat(measured.written().byName()).hasSize(6);
        assertThat(measured.retained()).isEmpty();
        assertThat(measured.drift()).isEmpty();
    }

    @Test
    void shouldAskASampleOfEarlierFactsWhenThereAreMore() {
        List<ProbedFact> earlier = IntStream.range(0, 9).mapToObj(i -> fact(Optional.empty(), Probes.NONE)).toList();

        Measured measured = new Evaluator(model, Optional.empty(), 3).measure(Overlay.NONE, List.of(), earlier);

        assertThat(measured.retained().orElseThrow().facts()).isEqualTo(3);
        assertThat(measured.retained().orElseThrow().byName()).containsOnlyKeys(EFFICACY_ACCURACY);
        assertThat(measured.written().facts()).isZero();
    }

    /** Probes are whatever a source sent; before this was so, one that was too long stopped the whole line. */
    @Test
    void shouldLeaveAProbeOutWhenTheModelCannotBeAskedIt() {
        Probes probes = new Probes(List.of(TOO_LONG, "Norway's capital:", ""), List.of(TOO_LONG));

        Measured measured =
                new Evaluator(model, Optional.empty(), 3).measure(Overlay.NONE, List.of(fact(Optional.of("Oslo"), probes)), List.of());

        assertThat(measured.written().byName().get(PARAPHRASE_SUCCESS).prompts()).isEqualTo(1);
        assertThat(measured.written().byName()).doesNotContainKey(NEIGHBORHOOD_SUCCESS);
    }

    @Test
    void shouldMeasureAccuracyAloneWhenThePreviousObjectIsTooLong() {
        ProbedFact fact = fact(Optional.of(TOO_LONG), new Probes(List.of("Norway's capital:"), List.of()));

        Measured measured = new Evaluator(model, Optional.empty(), 3).measure(Overlay.NONE, List.of(fact), List.of());

        assertThat(measured.written().byName()).containsKey(EFFICACY_ACCURACY).doesNotContainKey(EFFICACY_SUCCESS);
    }

    @Test
    void shouldRefuseANegativeSample() {
        assertThatThrownBy(() -> new Evaluator(model, Optional.empty(), -1))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID));
    }
}
