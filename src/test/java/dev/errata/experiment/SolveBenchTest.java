package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** That both sides of the bench solve the same, at sizes that take no time; how fast is what the bench says. */
class SolveBenchTest {
    @Test
    void shouldSolveTheSameBothWays() {
        List<SolveBench.Row> rows = SolveBench.run(new SolveBench.Sizes(32, 300, 40, List.of(1, 50, 280), true));

        assertThat(rows).extracting(SolveBench.Row::facts).containsExactly(1, 50, 280);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.difference()).isLessThan(1e-9);
            assertThat(row.ratio()).isPositive();
            assertThat(row.incrementalBytes()).isPositive();
            assertThat(row.factoriseSeconds()).isPresent();
        });
    }

    @Test
    void shouldSolveTheSameWithoutLivePairs() {
        List<SolveBench.Row> rows = SolveBench.run(new SolveBench.Sizes(16, 200, 0, List.of(30), false));

        assertThat(rows.get(0).difference()).isLessThan(1e-9);
        assertThat(rows.get(0).factoriseSeconds()).isEmpty();
    }
}
