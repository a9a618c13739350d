package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Version.Held;
import dev.errata.evaluation.Drift;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Gate GATE = new Gate(90, 50, 80, 70, 2);

    private static Scores scores(double efficacy, double paraphrase, double neighborhood) {
        return new Scores(100, Map.of(
                Scores.EFFICACY_SUCCESS, new Score(efficacy, 100),
                Scores.PARAPHRASE_SUCCESS, new Score(paraphrase, 100),
                Scores.NEIGHBORHOOD_SUCCESS, new Score(neighborhood, 100)));
    }

    private static Measured measured(Scores written, Scores retained) {
        return new Measured(written, Optional.of(retained), Optional.empty());
    }

    private static Measured live(double efficacy, double perplexity) {
        return new Measured(
                new Scores(0, Map.of()), Optional.of(scores(efficacy, 60, 90)), Optional.of(new Drift(perplexity, 10, 0.1, 100)));
    }

    private static void held(Optional<Held> found, Failure code, String words) {
        assertThat(found).hasValueSatisfying(why -> {
            assertThat(why.code()).isEqualTo(code);
            assertThat(why.message()).contains(words);
        });
    }

    @Test
    void shouldPassAtTheLimits() {
        assertThat(GATE.afterEdit(measured(scores(90, 50, 80), scores(70, 0, 0)))).isEmpty();
    }

    @Test
    void shouldHoldWhenAScoreIsBelowItsLimit() {
        Scores fine = scores(100, 100, 100);
        held(
                GATE.afterEdit(measured(scores(89, 50, 80), fine)), Failure.GATE_SCORE,
                "written efficacySuccess: 89.0 % (expected: at least 90.0 %)");
        held(GATE.afterEdit(measured(scores(90, 49, 80), fine)), Failure.GATE_SCORE, "written paraphraseSuccess: 49.0 %");
        held(GATE.afterEdit(measured(scores(90, 50, 79), fine)), Failure.GATE_SCORE, "written neighborhoodSuccess: 79.0 %");
        held(GATE.afterEdit(measured(fine, scores(69, 100, 100))), Failure.GATE_SCORE, "retained efficacySuccess: 69.0 %");
    }

    @Test
    void shouldPassWhenNothingWasAsked() {
        assertThat(GATE.afterEdit(new Measured(new Scores(1, Map.of()), Optional.empty(), Optional.empty()))).isEmpty();
        assertThat(Gate.OPEN.afterEdit(measured(scores(0, 0, 0), scores(0, 0, 0)))).isEmpty();
    }

    @Test
    void shouldHoldARebaseThatIsWorseThanItMayBe() {
        assertThat(GATE.afterRebase(live(80, 10), live(78, 10.2))).isEmpty();
        assertThat(GATE.afterRebase(live(80, 10), live(100, 5))).isEmpty();
        held(GATE.afterRebase(live(80, 10), live(77.9, 10)), Failure.GATE_REBASE, "efficacySuccess: 77.9 (expected: at least 78.0");
        held(GATE.afterRebase(live(80, 10), live(80, 10.3)), Failure.GATE_REBASE, "perplexity: 10.3 (expected: at most 10.2");
    }

    @Test
    void shouldLetARebaseLoseOneFactOfFew() {
        assertThat(GATE.afterRebase(few(20.0 / 24), few(19.0 / 24))).isEmpty();
        held(GATE.afterRebase(few(20.0 / 24), few(18.0 / 24)), Failure.GATE_REBASE, "efficacySuccess: 75.0");
    }

    private static Measured few(double share) {
        Scores live = new Scores(24, Map.of(Scores.EFFICACY_SUCCESS, new Score(100 * share, 24)));
        return new Measured(new Scores(0, Map.of()), Optional.of(live), Optional.empty());
    }

    @Test
    void shouldRefuseWhatIsNoPercentage() {
        assertThatThrownBy(() -> new Gate(0, 0, 0, 101, 2))
                .isInstanceOf(ErrataException.class).hasMessage("errata.gate.min-retention: 101.0 (expected: 0 to 100)");
    }
}
