package dev.errata.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.audit.VersionTable.Made;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VersionTableTest {
    private static final int VERSIONS = 300;

    /** Beside the plainest way to say it: a version is made of its own edit and of what its parent is made of; its weights of deltas. */
    @Test
    void shouldKnowWhatEveryVersionIsMadeOfWhereverRollbacksAndRebasesLead() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        VersionTable table = new VersionTable();
        List<List<Long>> madeOf = new ArrayList<>(List.of(List.of()));
        List<List<Long>> weightsOf = new ArrayList<>(List.of(List.of()));
        for (long number = 1; number <= VERSIONS; number++) {
            boolean back = random.nextInt(4) == 0;
            boolean rebase = !back && random.nextInt(4) == 0;
            int to = random.nextInt((int) number);
            long kind = back ? to : rebase ? Row.REBASE : Row.EDIT;
            table.add(new Made(kind, number, true, 10 * number, Fingerprint.NONE, Fingerprint.NONE, false));
            List<Long> edits = new ArrayList<>(madeOf.get(back ? to : (int) number - 1));
            List<Long> deltas = new ArrayList<>(rebase ? List.of() : weightsOf.get(back ? to : (int) number - 1));
            if (!back) {
                deltas.add(number);
            }
            if (kind == Row.EDIT) {
                edits.add(number);
            }
            madeOf.add(edits);
            weightsOf.add(deltas);
            assertThat(table.rollbackTo(number)).as("seed " + seed).isEqualTo(back ? OptionalLong.of(to) : OptionalLong.empty());
            assertThat(table.kind(number)).as("seed " + seed).isEqualTo(kind);
        }
        long[] changes = LongStream.rangeClosed(1, VERSIONS)
                .filter(number -> table.kind(number) == Row.EDIT && random.nextInt(5) == 0)
                .toArray();

        for (int number = 0; number <= VERSIONS; number++) {
            List<Long> edits = madeOf.get(number);
            long last = LongStream.of(changes).filter(edits::contains).max().orElse(0);
            assertThat(table.last(changes, number)).as("seed " + seed).isEqualTo(last);
            List<Long> path = table.path(number).stream()
                    .flatMap(stretch -> LongStream.rangeClosed(stretch[0], stretch[1]).boxed())
                    .filter(edit -> table.rollbackTo(edit).isEmpty())
                    .toList();
            assertThat(path).as("seed " + seed).isEqualTo(weightsOf.get(number));
        }
        assertThat(table.madeBefore(10)).isZero();
        assertThat(table.madeBefore(11)).isEqualTo(1);
        assertThat(table.madeBefore(Long.MAX_VALUE)).isEqualTo(VERSIONS);
    }
}
