package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.evaluation.Drift;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Growth;
import dev.errata.evaluation.Scores;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.Guards.Verdict;
import dev.errata.worker.Guards.Warning;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardsTest {
    private static final Growth NONE = new Growth(0, 64, new TreeMap<>());

    private static Guards perplexity(double ratio) {
        return new Guards(ratio, 1e9, 1e9, 0, 1, 1);
    }

    private static Measured measured(Optional<Drift> drift) {
        return new Measured(new Scores(0, Map.of()), Optional.empty(), drift);
    }

    private static Measured measured(double perplexity, double base, double kl) {
        return measured(Optional.of(new Drift(perplexity, base, kl, 100)));
    }

    private static Verdict check(Guards guards, double perplexity, double base) {
        return guards.check(measured(perplexity, base, 0.1), NONE, true);
    }

    /** Two tensors, of which the second stands worse in every way. */
    private static Growth growth(double ratio, double leverage, double eigenvalue) {
        return growth(7, ratio, leverage, eigenvalue);
    }

    private static Growth growth(int pairs, double ratio, double leverage, double eigenvalue) {
        return new Growth(pairs, 64, new TreeMap<>(Map.of(
                "a", new Growth.Tensor(0.01, 1, 1, Optional.of(0.99), Optional.of(100.0)),
                "b", new Growth.Tensor(10 * ratio, 10, 10, Optional.of(leverage), Optional.of(eigenvalue)))));
    }

    private static void rejected(Verdict verdict, Failure code, String... message) {
        assertThat(verdict.rejected()).hasValueSatisfying(fate -> {
            assertThat(fate.code()).isEqualTo(code);
            assertThat(fate.message()).contains(message);
        });
    }

    @Test
    void shouldLetAVersionPassWhenItsPerplexityIsAtMostTheMultiple() {
        assertThat(check(perplexity(2), 200, 100).rejected()).isEmpty();
        assertThat(check(perplexity(2), 50, 100).rejected()).isEmpty();
        assertThat(check(perplexity(1), 100, 100).rejected()).isEmpty();
    }

    @Test
    void shouldRejectAVersionWhenItsPerplexityIsAboveTheMultiple() {
        rejected(check(perplexity(2), 200.001, 100), Failure.GUARD_PERPLEXITY, "200.001", "expected: at most 2.0 times");
        rejected(check(perplexity(1), 100.001, 100), Failure.GUARD_PERPLEXITY, "expected: at most 1.0 times");
    }

    /** Broken weights are measured as the largest number there is. */
    @Test
    void shouldRejectAVersionWhenItsWeightsAreBroken() {
        rejected(check(perplexity(1e6), Double.MAX_VALUE, 100), Failure.GUARD_PERPLEXITY, "expected: at most 1000000.0 times");
    }

    @Test
    void shouldLetAVersionPassWhenThereIsNoTextToMeasureOn() {
        assertThat(perplexity(1).check(measured(Optional.empty()), NONE, true).rejected()).isEmpty();
    }

    @Test
    void shouldRejectAVersionWhenItsDistributionsMovedTooFar() {
        Guards guards = new Guards(1e9, 0.2, 1e9, 0, 1, 1);

        assertThat(guards.check(measured(100, 100, 0.2), NONE, true).rejected()).isEmpty();
        rejected(guards.check(measured(100, 100, 0.21), NONE, true), Failure.GUARD_DRIFT, "0.21 nats", "expected: at most 0.2");
    }

    @ParameterizedTest
    @CsvSource({
        "0.51, 0.9, 9, GUARD_GROWTH, change of b: 0.51 times",
        "0.4, 0.59, 9, GUARD_CAPACITY, mean leverage of 7 live pairs in b: 0.59",
        "0.4, 0.9, 1.9, GUARD_CAPACITY, smallest eigenvalue of 7 live pairs in b: 1.9"
    })
    void shouldRejectAVersionWhenATensorGrewOrItsRoomIsUsedUp(
            double ratio, double leverage, double eigenvalue, Failure code, String message) {
        Guards guards = new Guards(1e9, 1e9, 0.5, 0.6, 2, 1);
        Measured measured = measured(Optional.empty());

        rejected(guards.check(measured, growth(ratio, leverage, eigenvalue), true), code, message, "expected: at ");
        assertThat(guards.check(measured, growth(ratio, leverage, eigenvalue), false).rejected())
                .as("what only takes facts out is the way back")
                .isEmpty();
        assertThat(guards.check(measured, growth(0.5, 0.6, 2), true).rejected()).isEmpty();
    }

    /** Two facts with one key have half the leverage. */
    @Test
    void shouldNotTakeAFewFactsWithOneKeyForALackOfRoom() {
        Guards guards = new Guards(1e9, 1e9, 1e9, 0.6, 1, 1);

        assertThat(guards.check(measured(Optional.empty()), growth(3, 0.1, 0.5, 1), true).rejected()).isEmpty();
        rejected(guards.check(measured(Optional.empty()), growth(4, 0.1, 0.5, 1), true), Failure.GUARD_CAPACITY, "mean leverage of 4");
    }

    @Test
    void shouldWarnBeforeItRejects() {
        Guards guards = new Guards(3, 1, 1, 0.5, 2, 0.8);

        Verdict near = guards.check(measured(261, 100, 0.81), growth(0.81, 0.59, 2.4), true);
        Verdict far = guards.check(measured(259, 100, 0.79), growth(0.79, 0.61, 2.6), true);

        assertThat(near.rejected()).isEmpty();
        assertThat(near.warnings()).extracting(Warning::code).containsExactly(
                Failure.GUARD_PERPLEXITY,
                Failure.GUARD_DRIFT,
                Failure.GUARD_GROWTH,
                Failure.GUARD_CAPACITY,
                Failure.GUARD_CAPACITY);
        assertThat(far.rejected()).isEmpty();
        assertThat(far.warnings()).isEmpty();
    }

    @Test
    void shouldSayNothingOfCapacityWhenItIsNotLimited() {
        Guards guards = new Guards(1e9, 1e9, 1e9, 0, 1, 0.01);

        Verdict verdict = guards.check(measured(Optional.empty()), growth(0.5, 0.001, 1), true);

        assertThat(verdict.rejected()).isEmpty();
        assertThat(verdict.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, 0, -1, Double.NaN})
    void shouldRefuseAMultipleWhenTheBaseItselfWouldTripIt(double ratio) {
        assertThatThrownBy(() -> perplexity(ratio))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining("errata.guards.max-perplexity-ratio: " + ratio);
    }
}
