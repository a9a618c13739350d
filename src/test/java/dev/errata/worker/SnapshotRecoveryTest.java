package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Payloads;
import dev.errata.delta.SnapshotStore;
import dev.errata.delta.Snapshots;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Scores;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.memory.MemoryLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that finds a snapshot of some version, beside one that has the log alone. */
class SnapshotRecoveryTest {
    private static final Clock CLOCK = Clock.fixed(Changes.TIME, ZoneOffset.UTC);
    private static final int SUBJECTS = 5;
    /** A snapshot is made at 64, so a few deltas are left. */
    private static final int VERSIONS = 70;

    @TempDir
    private Path directory;

    private final MemoryLine line = new MemoryLine("m", 1, CLOCK);
    private final Changes changes = new Changes();
    private final LinearEditor editor = new LinearEditor(1);
    private final List<Long> notKept = new ArrayList<>();
    private int asked;

    /** Counts what is asked for. */
    private final class Counting implements Payloads {
        private final PayloadStore store = new PayloadStore(directory.resolve("payloads"));

        @Override
        public void put(PayloadRef ref, byte[] payload) {
            store.put(ref, payload);
        }

        @Override
        public Optional<byte[]> get(PayloadRef ref) {
            asked++;
            return store.get(ref);
        }
    }

    private EditorCycle open(Snapshots snapshots) {
        asked = 0;
        CycleListener listener = new CycleListener() {
            @Override
            public void snapshotNotKept(long version, ErrataException reason) {
                notKept.add(version);
            }
        };
        return new EditorCycle(line.editLog(), new Workshop(
                "m", editor,
                (weights, written, earlier) -> new Measured(new Scores(written.size(), Map.of()), Optional.empty(), Optional.empty()),
                new VersionMaker("m", "base", Map.of(), "test"), new Counting(), snapshots, new Guards(1e9, 1e9, 1e9, 0, 1, 1),
                Patience.DEFAULT, 1000, CLOCK, listener));
    }

    private Snapshots snapshots() {
        return new SnapshotStore(directory.resolve("snapshots"));
    }

    private EditorCycle fromTheLog() {
        return open(Snapshots.NONE);
    }

    private void submit(FactChange... some) {
        List<Arrival> arrivals = new ArrayList<>();
        for (FactChange change : some) {
            arrivals.add(new Arrival(change, new Position(0, arrivals.size()), Changes.TIME));
        }
        line.submit(new Intent.Edit(Batch.of(arrivals, SealCause.FULL, Changes.TIME)));
    }

    /** Facts come, come again, go, and share a pair. */
    @BeforeEach
    void makeVersions() {
        for (int i = 0; i < VERSIONS; i++) {
            String subject = "subject " + i % SUBJECTS;
            if (i % 11 == 10) {
                submit(changes.retracted("subject " + (i - 1) % SUBJECTS), changes.speaks(subject, "language " + i));
            } else {
                submit(changes.speaks(subject, "language " + i), changes.speaks("another " + i % 3, "language " + i));
            }
        }
        EditorCycle cycle = open(snapshots());
        for (int i = 0; i < VERSIONS; i++) {
            cycle.turn();
        }
        assertThat(line.versions()).hasSize(VERSIONS);
    }

    private static void assertSame(Standing found, Standing expected) {
        assertThat(found.weights()).isEqualTo(expected.weights());
        assertThat(found.live().pairs()).isEqualTo(expected.live().pairs());
        assertThat(found.live().facts()).isEqualTo(expected.live().facts());
    }

    @Test
    void shouldStandWhereTheLogSaysWhenItStartsFromASnapshot() {
        Standing expected = fromTheLog().standing();
        int all = asked;

        Standing found = open(snapshots()).standing();

        assertSame(found, expected);
        // Six deltas behind the snapshot, and pairs of the versions that wrote a live fact last.
        assertThat(asked).isLessThan(VERSIONS - 64 + 2 * SUBJECTS).isLessThan(all);
    }

    @Test
    void shouldMakeTheSameEditButForRoundingWhenItStartedFromASnapshot() {
        submit(changes.speaks("subject 1", "the next language"));
        EditorCycle quick = open(snapshots());
        quick.turn();
        SortedMap<String, EditedTensor> found = quick.standing().weights();
        EditorCycle slow = fromTheLog();
        line.submit(new Intent.Rollback("back", VERSIONS, "again", Changes.TIME));
        slow.turn();
        submit(changes.speaks("subject 1", "the next language"));

        slow.turn();

        slow.standing().weights().forEach((name, expected) -> {
            for (int i = 0; i < expected.values().length; i++) {
                assertThat(found.get(name).values()[i]).isCloseTo(expected.values()[i], within(1e-5f));
            }
        });
    }

    @Test
    void shouldReadTheLogWhenSnapshotsAreDamaged() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("snapshots"))) {
            for (Path file : files.toList()) {
                Files.writeString(file, "no tensors");
            }
        }

        assertSame(open(snapshots()).standing(), fromTheLog().standing());
    }

    @Test
    void shouldReadTheLogWhenNoSnapshotLiesOnTheWay() {
        line.submit(new Intent.Rollback("back", 3, "wrong source", Changes.TIME));
        fromTheLog().turn();

        Standing found = open(snapshots()).standing();

        assertSame(found, fromTheLog().standing());
        assertThat(found.weights()).isNotEqualTo(editor.baseWeights());
    }

    @Test
    void shouldGoOnWhenASnapshotCannotBeKept() {
        Snapshots full = new Snapshots() {
            @Override
            public void put(Version version, Map<String, EditedTensor> weights) {
                throw new ErrataException(Failure.FILE_NOT_WRITTEN, "disk: full (expected: room)");
            }

            @Override
            public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
                return Optional.empty();
            }
        };
        submit(changes.speaks("subject 1", "the next language"));

        open(full).turn();

        assertThat(line.versions()).hasSize(VERSIONS + 1);
        assertThat(notKept).containsExactly((long) VERSIONS);
    }
}
