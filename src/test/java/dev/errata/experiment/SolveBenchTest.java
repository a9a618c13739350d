package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.experiment.SolveBench.Block;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That both sides of the bench solve the same, at sizes that take no time; how fast is what the bench says. */
class SolveBenchTest {
    @Test
    void shouldSolveTheSameBothWays() {
        List<BenchRow> rows = run(new Block(32, 300, 40, true), List.of(1, 50, 280));

        assertThat(rows).extracting(BenchRow::n).containsExactly(1, 50, 280);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.more().get("difference")).isLessThan(1e-9);
            assertThat(row.ratio()).isPresent();
            assertThat(row.more()).containsKeys("kept_mib", "reference_way_mib", "factorise_seconds");
        });
    }

    @Test
    void shouldSolveTheSameWithoutLivePairs() {
        List<BenchRow> rows = run(new Block(16, 200, 0, false), List.of(30));

        assertThat(rows.get(0).more().get("difference")).isLessThan(1e-9);
        assertThat(rows.get(0).more()).doesNotContainKey("factorise_seconds");
    }

    @Test
    void shouldRefuseABlockOfNothing() {
        assertThatThrownBy(() -> new Block(16, 0, 0, false)).hasMessageContaining("expected: sizes of 1 or more");
    }

    private static List<BenchRow> run(Block block, List<Integer> sizes) {
        List<BenchRow> rows = new ArrayList<>();
        BenchContext context =
                new BenchContext(TinyDirectory.configuration(Path.of("none")), Optional.empty(), List.of(), said -> {});
        new SolveBench(block).run(sizes, context, rows::add);
        return rows;
    }
}
