package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ThinningTest {
    /** The newest of these numbers that is not above {@code version}; the base where there is none. */
    private static long before(SortedSet<Long> numbers, long version) {
        SortedSet<Long> head = numbers.headSet(version + 1);
        return head.isEmpty() ? 0 : head.last();
    }

    /** Snapshots come at any distances, and after each some go. */
    @Property(tries = 300)
    void shouldLeaveEveryVersionNearASnapshotWhateverCameAndWent(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 1, max = 70) Integer> steps) {
        SortedSet<Long> made = new TreeSet<>();
        SortedSet<Long> kept = new TreeSet<>();
        long newest = 0;
        for (int step : steps) {
            long secondNewest = newest;
            newest += step;
            made.add(newest);
            kept.add(newest);
            kept = Thinning.kept(kept);

            assertThat(kept).contains(newest);
            if (secondNewest > 0) {
                assertThat(kept).contains(secondNewest);
            }
            assertThat(Thinning.kept(kept)).isEqualTo(kept);
            assertThat(kept.size()).isLessThanOrEqualTo(2 + 2 * (int) Math.ceil(Math.log(newest) / Math.log(2)));
            for (long version = 1; version <= newest; version++) {
                long away = version - before(kept, version);
                assertThat(away < newest - version || away == version - before(made, version)).isTrue();
            }
        }
    }

    @Test
    void shouldKeepADozenOfAThousand() {
        SortedSet<Long> kept = new TreeSet<>();
        for (long number = 64; number <= 64_000; number += 64) {
            kept.add(number);
            kept = Thinning.kept(kept);
        }
        assertThat(kept).hasSizeLessThan(20).contains(64_000L, 63_936L);
    }

    @Test
    void shouldKeepNothingOfNothing() {
        assertThat(Thinning.kept(new TreeSet<>())).isEmpty();
    }
}
