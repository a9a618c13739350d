package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.evaluation.Drift;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Scores;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardsTest {
    private static Measured measured(Optional<Drift> drift) {
        return new Measured(new Scores(0, Map.of()), Optional.empty(), drift);
    }

    private static Measured perplexity(double now, double base) {
        return measured(Optional.of(new Drift(now, base, 0.1, 100)));
    }

    @Test
    void shouldLetAVersionPassWhenItsPerplexityIsAtMostTheMultiple() {
        Guards guards = new Guards(2);

        assertThat(guards.check(perplexity(200, 100))).isEmpty();
        assertThat(guards.check(perplexity(50, 100))).isEmpty();
    }

    @Test
    void shouldRejectAVersionWhenItsPerplexityIsAboveTheMultiple() {
        assertThat(new Guards(2).check(perplexity(200.001, 100))).hasValueSatisfying(fate -> {
            assertThat(fate.code()).isEqualTo(Failure.GUARD_PERPLEXITY);
            assertThat(fate.message()).contains("200.001").contains("expected: at most 2.0 times");
        });
    }

    /** Broken weights are measured as the largest number there is. */
    @Test
    void shouldRejectAVersionWhenItsWeightsAreBroken() {
        assertThat(new Guards(1e6).check(perplexity(Double.MAX_VALUE, 100))).isPresent();
    }

    @Test
    void shouldLetAVersionPassWhenThereIsNoTextToMeasureOn() {
        assertThat(new Guards(1).check(measured(Optional.empty()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, 0, -1, Double.NaN})
    void shouldRefuseAMultipleWhenTheBaseItselfWouldTripIt(double ratio) {
        assertThatThrownBy(() -> new Guards(ratio))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining("errata.guards.max-perplexity-ratio: " + ratio);
    }
}
