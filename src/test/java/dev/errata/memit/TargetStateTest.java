package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.memit.TargetResult.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetStateTest {
    /** Clamp 0.5, weight decay 2, rate 3. */
    private static final HyperParameters PARAMETERS = new HyperParameters(List.of(0), 3, 3, 3, 2, 0.5, 0.0625, 100);

    private static final List<Double> SIX = List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);

    @Test
    void shouldStayInTheBallAroundTheInitialState() {
        TargetState state = new TargetState(new float[] {6, 8}, 1, PARAMETERS);

        for (int i = 0; i < 5; i++) {
            state.update(new float[] {-1, -1});
        }

        assertThat(Math.hypot(state.delta()[0], state.delta()[1])).as("half of the norm, 10").isCloseTo(5, within(1e-5));
        assertThat(state.found().target()).containsExactly(new float[] {6 + state.delta()[0], 8 + state.delta()[1]});
        assertThat(state.found().initial()).containsExactly(6, 8);
    }

    @Test
    void shouldCountTheNormItselfAndNotItsSquare() {
        TargetState state = new TargetState(new float[] {6, 8}, 1, PARAMETERS);
        state.update(new float[] {-1, 0});

        Step step = state.record(SIX, 0.25);

        assertThat(step.nll()).isEqualTo(3.5);
        assertThat(step.deltaNorm()).isCloseTo(3, within(1e-6));
        assertThat(step.weightDecay()).isCloseTo(2 * 3 / 100.0, within(1e-8));
        assertThat(step.total()).isCloseTo(3.5 + 0.25 + 0.06, within(1e-8));
    }

    @Test
    void shouldHaveNoNormGradientAtTheStart() {
        TargetState state = new TargetState(new float[] {6, 8}, 1, PARAMETERS);

        assertThat(state.withNormGradient(new float[] {1, 2})).containsExactly(1, 2);
        state.update(new float[] {-1, 0});
        assertThat(state.withNormGradient(new float[] {1, 2})).containsExactly(new float[] {1.02f, 2}, within(1e-6f));
    }

    @Test
    void shouldBeSpentAfterAsManyPassesAsAreAllowed() {
        TargetState state = new TargetState(new float[] {6, 8}, 1, PARAMETERS);

        state.record(SIX, 0);
        state.record(SIX, 0);
        assertThat(state.spent()).isFalse();
        state.record(SIX, 0);
        assertThat(state.spent()).isTrue();
    }

    @Test
    void shouldHaveEightTimesAsManyPassesWhenFactsShareTheTarget() {
        TargetState state = new TargetState(new float[] {6, 8}, 2, PARAMETERS);

        for (int pass = 1; pass < 24; pass++) {
            state.record(SIX, 0);
            assertThat(state.spent()).isFalse();
        }
        state.record(SIX, 0);
        assertThat(state.spent()).isTrue();
    }

    @Test
    void shouldStayInABallThatGrowsToTheWholeWhenFactsShareTheTarget() {
        TargetState state = new TargetState(new float[] {6, 8}, 2, PARAMETERS);

        for (int pass = 1; pass <= 24; pass++) {
            state.record(SIX, 0);
            state.update(new float[] {-1, -1});

            double radius = 5 * (0.3 + 0.7 * pass / 24);
            assertThat(Math.hypot(state.delta()[0], state.delta()[1])).as("after pass " + pass).isLessThanOrEqualTo(radius + 1e-5);
        }

        assertThat(Math.hypot(state.delta()[0], state.delta()[1])).as("half of the norm, 10").isCloseTo(5, within(1e-5));
    }
}
