package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamTest {
    @Test
    void shouldMoveByTheRateAgainstTheSignWhenItIsTheFirstUpdate() {
        float[] vector = {0, 0, 1, 5};

        new Adam(4, 0.5).update(vector, new float[] {3e-3f, -200, 1, 0});

        assertThat(vector[0]).isCloseTo(-0.5f, within(1e-5f));
        assertThat(vector[1]).isCloseTo(0.5f, within(1e-6f));
        assertThat(vector[2]).isCloseTo(0.5f, within(1e-6f));
        assertThat(vector[3]).as("no gradient, no move").isEqualTo(5);
    }

    /** By hand: m = 0.19, v = 0.001999, both corrected to 1 for equal gradients; then a reversed gradient. */
    @Test
    void shouldCorrectBothMomentsForTheirStartAtZero() {
        float[] vector = {0};
        Adam adam = new Adam(1, 0.1);

        adam.update(vector, new float[] {1});
        adam.update(vector, new float[] {1});
        adam.update(vector, new float[] {-2});

        double mean = 0.9 * 0.19 - 0.2;
        double square = 0.999 * 0.001999 + 0.004;
        double third = 0.1 * (mean / (1 - Math.pow(0.9, 3))) / Math.sqrt(square / (1 - Math.pow(0.999, 3)));
        assertThat(vector[0]).isCloseTo((float) (-0.2 - third), within(1e-6f));
    }
}
