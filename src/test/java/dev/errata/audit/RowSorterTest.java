package dev.errata.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.fact.Position;
import dev.errata.fact.Revision;
import dev.errata.stream.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSorterTest {
    private static final int ROWS = 5_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private Row row(int i) {
        Fingerprint group = new Fingerprint(random.nextInt(3) - 1, random.nextInt(500) - 250);
        Row row = Row.of(
                        About.values()[random.nextInt(About.values().length)], group,
                        Kind.values()[random.nextInt(Kind.values().length)], new Place(Topic.FACTS, random.nextInt(3), i))
                .at(new Position(random.nextInt(3), random.nextLong()))
                .number(random.nextLong())
                .one(new Fingerprint(random.nextLong(), random.nextLong()))
                .two(new Fingerprint(random.nextLong(), random.nextLong()));
        return switch (random.nextInt(3)) {
            case 0 -> row;
            case 1 -> row.revision(Revision.at(SmallLine.NOON.plusNanos(i)));
            default -> row.revision(Revision.number(random.nextLong(), SmallLine.NOON));
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 64, 1_000, 1_000_000})
    void shouldGiveEveryGroupInOrderWhateverFitsInMemory(int rowsInMemory) {
        List<Row> rows = new ArrayList<>();
        List<List<Row>> groups = new ArrayList<>();
        try (RowSorter sorter = new RowSorter(rowsInMemory)) {
            for (int i = 0; i < ROWS; i++) {
                rows.add(row(i));
                sorter.add(rows.get(i));
            }
            sorter.groups(groups::add);
        }

        assertThat(groups.stream().flatMap(List::stream).toList()).as("seed " + seed).isEqualTo(rows.stream().sorted().toList());
        assertThat(groups).allMatch(group -> group.stream().allMatch(group.get(0)::isOfSameGroup));
        assertThat(groups.stream().map(group -> List.of(group.get(0).about(), group.get(0).group()))).doesNotHaveDuplicates();
    }

    @Test
    void shouldGiveNothingWhenThereIsNothing() {
        try (RowSorter sorter = new RowSorter(1)) {
            sorter.groups(group -> {
                throw new AssertionError(group + " (expected: none)");
            });
        }
    }
}
