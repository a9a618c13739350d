package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long way with snapshots of some versions on it. */
class SnapshotSearchTest {
    private static final int VERSIONS = 40;

    @TempDir
    private Path directory;

    private final History history = new History(7);
    private final List<String> lost = new ArrayList<>();
    private final List<Long> applied = new ArrayList<>();
    private SnapshotStore store;

    @BeforeEach
    void write() {
        store = new SnapshotStore(directory);
        for (int number = 1; number <= VERSIONS; number++) {
            Version version = history.edit(List.of(), List.of());
            if (number == 20 || number == 30) {
                store.put(version, history.weights.get(number), history.chain);
            }
        }
    }

    private SortedMap<String, EditedTensor> walked(Snapshots snapshots, long to) {
        SortedMap<String, EditedTensor> base = new TreeMap<>(history.weights.get(0));
        Walk walk = walk(base, snapshots);
        walk.to(to, this::delta);
        assertThat(base).isEqualTo(history.weights.get(0));
        return walk.weights();
    }

    private Walk walk(Snapshots snapshots) {
        return walk(history.weights.get(0), snapshots);
    }

    private Walk walk(SortedMap<String, EditedTensor> base, Snapshots snapshots) {
        SnapshotSearch search = new SnapshotSearch(snapshots, (version, why) -> lost.add(version.number() + " " + why.failure()));
        return new Walk(base, history.chain, search);
    }

    private Delta delta(Version version) {
        applied.add(version.number());
        return history.deltas.get(version.number());
    }

    @Test
    void shouldBeginAtTheNewestSnapshotOnTheWay() {
        assertThat(walked(store, VERSIONS)).isEqualTo(history.weights.get(VERSIONS));
        assertThat(applied).hasSize(10).startsWith(31L);
    }

    @Test
    void shouldPassOverSnapshotsBehindTheVersion() {
        assertThat(walked(store, 25)).isEqualTo(history.weights.get(25));
        assertThat(applied).containsExactly(21L, 22L, 23L, 24L, 25L);
    }

    @Test
    void shouldApplyNothingWhenThereIsASnapshotOfTheVersionItself() {
        assertThat(walked(store, 30)).isEqualTo(history.weights.get(30));
        assertThat(applied).isEmpty();
    }

    @Test
    void shouldLookForNoneWhenTheWayIsShort() {
        assertThat(walked(new Unreachable(List.of()), 15)).isEqualTo(history.weights.get(15));
        assertThat(lost).isEmpty();
    }

    @Test
    void shouldTakeAnOlderOneWhenTheNewestIsDamaged() throws IOException {
        Files.write(directory.resolve("30-" + history.chain.digest(30) + ".safetensors"), new byte[] {1});

        assertThat(walked(store, VERSIONS)).isEqualTo(history.weights.get(VERSIONS));
        assertThat(applied).hasSize(20);
        assertThat(lost).containsExactly("30 " + Failure.SAFETENSORS_INVALID);
    }

    @Test
    void shouldBeginAtTheBaseWhenNobodySaysWhatThereIs() {
        assertThat(walked(new Unreachable(List.of()), VERSIONS)).isEqualTo(history.weights.get(VERSIONS));
        assertThat(applied).hasSize(VERSIONS);
        assertThat(lost).containsExactly(VERSIONS + " " + Failure.SNAPSHOTS_UNREACHABLE);
    }

    /** What a rollback or a rebase has left behind is no beginning. */
    @Test
    void shouldPassOverSnapshotsThatAreNotOnTheWay() {
        history.rollback(25);

        assertThat(walked(store, VERSIONS + 1)).isEqualTo(history.weights.get(25));
        assertThat(applied).startsWith(21L).hasSize(5);
    }

    /** Each answer may be long in not coming. */
    @Test
    void shouldAskForNoOlderOneWhenTheStoreDoesNotAnswer() {
        assertThat(walked(new Unreachable(List.of(20L, 30L)), VERSIONS)).isEqualTo(history.weights.get(VERSIONS));
        assertThat(applied).hasSize(VERSIONS);
        assertThat(lost).containsExactly("30 " + Failure.SNAPSHOTS_UNREACHABLE);
    }

    /** A target that moves with each edit, while there is still a long way to go. */
    @Test
    void shouldNotLookAgainWithEachVersionWhenTheTargetMovesOn() {
        Walk walk = walk(new Unreachable(List.of()));
        for (int to = 16; to <= VERSIONS; to++) {
            walk.turn(to);
        }

        assertThat(lost).as("16 deltas, then twice as many").containsExactly(
                "16 " + Failure.SNAPSHOTS_UNREACHABLE, "32 " + Failure.SNAPSHOTS_UNREACHABLE);
    }

    @Test
    void shouldLookAgainWhenItHasArrivedAndIsFarBehindOnceMore() {
        Walk walk = walk(new Unreachable(List.of()));
        walk.to(18, this::delta);

        walk.turn(36);

        assertThat(lost).containsExactly("18 " + Failure.SNAPSHOTS_UNREACHABLE, "36 " + Failure.SNAPSHOTS_UNREACHABLE);
    }

    @Test
    void shouldLookAgainWhenTheWayDoesNotGoOn() {
        Walk walk = walk(store);
        walk.to(35, this::delta);
        applied.clear();

        walk.to(25, this::delta);

        assertThat(walk.weights()).isEqualTo(history.weights.get(25));
        assertThat(applied).containsExactly(21L, 22L, 23L, 24L, 25L);
    }

    /** A place that may say what is there, and then says no more. */
    private record Unreachable(List<Long> named) implements Snapshots {
        private static ErrataException gone() {
            return new ErrataException(Failure.SNAPSHOTS_UNREACHABLE, "gone");
        }

        @Override
        public boolean put(Version version, Map<String, EditedTensor> weights, VersionChain log) {
            throw gone();
        }

        @Override
        public List<Version> among(List<Version> path) {
            if (named.isEmpty()) {
                throw gone();
            }
            return path.stream().filter(version -> named.contains(version.number())).toList();
        }

        @Override
        public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
            throw gone();
        }
    }
}
