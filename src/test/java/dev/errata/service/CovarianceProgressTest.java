package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CovarianceProgressTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldSayHowLongTheRestTakesAtTheRateSoFar() {
        assertThat(CovarianceProgress.left(10 * SECOND, 0, 0.5)).isEqualTo("10 s");
        assertThat(CovarianceProgress.left(90 * SECOND, 0, 0.5)).isEqualTo("1 min 30 s");
        assertThat(CovarianceProgress.left(7200 * SECOND, 0.5, 0.75)).isEqualTo("2 h 0 min");
    }

    @Test
    void shouldNotCountWhatAnotherProcessHasRead() {
        assertThat(CovarianceProgress.left(10 * SECOND, 0.8, 0.9)).isEqualTo("10 s");
        assertThat(CovarianceProgress.left(10 * SECOND, 0.8, 0.8)).isEqualTo("an unknown time");
    }
}
