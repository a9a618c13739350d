package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Payloads;
import dev.errata.delta.SnapshotDirectory;
import dev.errata.delta.SnapshotStore;
import dev.errata.delta.Snapshots;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Scores;
import dev.errata.fact.Arrival;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.LinearEditor;
import dev.errata.snapshot.S3Server;
import dev.errata.snapshot.SnapshotBucket;
import dev.errata.stream.memory.MemoryLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that finds snapshots, beside one that has the log alone and one that never stopped. */
class SnapshotRecoveryTest {
    private static final Clock CLOCK = Clock.fixed(Changes.TIME, ZoneOffset.UTC);
    private static final int SUBJECTS = 5;
    /** There is a snapshot of 64, and a few deltas are left. */
    private static final int VERSIONS = 70;

    @TempDir
    private Path directory;

    private final List<Failure> lost = new ArrayList<>();
    private final Story story = new Story(1);
    private SnapshotRule rule = SnapshotRule.every(64);
    private int asked;

    /** A line of which each version follows from its number, and the editor that makes it. */
    private final class Story {
        private final MemoryLine line = new MemoryLine("m", 1, CLOCK);
        private final Changes changes = new Changes();
        private final LinearEditor editor;

        Story(long base) {
            editor = new LinearEditor(base);
        }

        /** The relations a and b of a subject share a pair. */
        private Asserted asserted(String subject, String relation, String object) {
            return changes.asserted(new Fact(subject, new Relation(relation, "{} is in"), object), Optional.empty(), Probes.NONE);
        }

        void submit(FactChange... some) {
            List<Arrival> arrivals = new ArrayList<>();
            for (FactChange change : some) {
                arrivals.add(new Arrival(change, new Position(0, arrivals.size()), Changes.TIME));
            }
            line.submit(new Intent.Edit(Batch.of(arrivals, SealCause.FULL, Changes.TIME)));
        }

        void submitOneMore() {
            submit(asserted("subject 1", "a", "one more"), asserted("subject 2", "b", "one more"));
        }

        /** Facts come, come again, go, and share a pair; the editor that wrote them goes on. */
        EditorCycle written(int versions, Snapshots snapshots) {
            for (int i = 1; i <= versions; i++) {
                String subject = "subject " + i % SUBJECTS;
                if (i % 11 == 10) {
                    submit(changes.speaks(subject, "language " + i), asserted("subject " + (i + 2) % SUBJECTS, "b", "object " + i));
                } else if (i % 11 == 0) {
                    submit(changes.retracted("subject " + (i - 1) % SUBJECTS), asserted(subject, "a", "object " + i));
                } else {
                    submit(asserted(subject, i % 3 == 0 ? "b" : "a", "object " + i));
                }
            }
            EditorCycle cycle = open(snapshots);
            while (line.versions().size() < versions) {
                cycle.turn();
            }
            return cycle;
        }

        EditorCycle open(Snapshots snapshots) {
            asked = 0;
            CycleListener listener = new CycleListener() {
                @Override
                public void snapshotLost(long version, ErrataException reason) {
                    lost.add(reason.failure());
                }
            };
            return new EditorCycle(line.editLog(), new Workshop(
                    "m", editor,
                    (weights, written, earlier) -> new Measured(new Scores(written.size(), Map.of()), Optional.empty(), Optional.empty()),
                    new VersionMaker("m", "base", Map.of(), "test"),
                    Disk.of(new Counting(), snapshots, rule),
                    new Guards(1e9, 1e9, 1e9, 0, 1, 1), Gate.OPEN,
                    Patience.DEFAULT, 1000, CLOCK, listener));
        }

        Standing fromTheLog() {
            return open(Snapshots.NONE).standing();
        }
    }

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

    @BeforeEach
    void write() {
        story.written(VERSIONS, snapshots());
    }

    private Path files() {
        return directory.resolve("snapshots");
    }

    private Snapshots snapshots() {
        return new SnapshotStore(files());
    }

    private static void assertSame(Standing found, Standing expected) {
        assertThat(found.weights()).isEqualTo(expected.weights());
        assertThat(found.live().pairs()).isEqualTo(expected.live().pairs());
        assertThat(found.live().facts()).isEqualTo(expected.live().facts());
    }

    @Test
    void shouldStandWhereTheLogSaysWhenItStartsFromASnapshot() {
        Standing expected = story.fromTheLog();
        int all = asked;

        Standing found = story.open(snapshots()).standing();

        assertSame(found, expected);
        assertThat(asked).isEqualTo(all - 64);
    }

    @Test
    void shouldMakeTheSameVersionsWhetherItStoppedOrNot() {
        Story other = new Story(1);
        EditorCycle restless = other.written(VERSIONS, Snapshots.NONE);
        other.submitOneMore();
        restless.turn();
        story.submitOneMore();
        EditorCycle restarted = story.open(snapshots());

        restarted.turn();

        assertThat(story.line.versions()).hasSize(VERSIONS + 1);
        assertSame(restarted.standing(), restless.standing());
    }

    /** What can be wrong with a file. */
    private enum Damage {
        EMPTY(bytes -> new byte[0]),
        CUT_SHORT(bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
        OTHER_BYTES(bytes -> "no tensors".getBytes(StandardCharsets.UTF_8)),
        ONE_BIT(bytes -> {
            bytes[bytes.length - 1] ^= 1;
            return bytes;
        });

        private final UnaryOperator<byte[]> done;

        Damage(UnaryOperator<byte[]> done) {
            this.done = done;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWarnAndReadTheLogWhenASnapshotIsDamaged(Damage damage) throws IOException {
        try (Stream<Path> all = Files.list(files())) {
            for (Path file : all.toList()) {
                Files.write(file, damage.done.apply(Files.readAllBytes(file)));
            }
        }

        Standing found = story.open(snapshots()).standing();

        assertThat(lost).containsExactly(Failure.SAFETENSORS_INVALID);
        assertSame(found, story.fromTheLog());
    }

    @Test
    void shouldReadTheLogWhenSnapshotsAreOfAnotherModel() {
        Story other = new Story(2);
        other.written(VERSIONS, Snapshots.NONE);

        Standing found = other.open(snapshots()).standing();

        assertSame(found, other.fromTheLog());
        assertThat(found.weights()).isNotEqualTo(story.fromTheLog().weights());
    }

    /** A log that was restored from a backup. */
    @Test
    void shouldPassOverASnapshotWhenTheLogEndsBeforeIt() {
        Story restored = new Story(1);
        restored.written(40, Snapshots.NONE);

        Standing found = restored.open(snapshots()).standing();

        assertSame(found, restored.fromTheLog());
        assertThat(lost).isEmpty();
    }

    @Test
    void shouldPassOverASnapshotWhenTheLogWentAnotherWay() {
        Story restored = new Story(1);
        restored.written(40, Snapshots.NONE).close();
        restored.submitOneMore();
        EditorCycle other = restored.written(VERSIONS, Snapshots.NONE);

        Standing found = restored.open(snapshots()).standing();

        assertSame(found, other.standing());
        assertThat(found.weights()).isNotEqualTo(story.fromTheLog().weights());
    }

    @Test
    void shouldStartFromTheSnapshotOnTheWayWhenItWasRolledBackToAVersionBehindIt() {
        story.line.submit(new Intent.Rollback("back", 66, "wrong source", Changes.TIME));
        EditorCycle cycle = story.open(Snapshots.NONE);
        cycle.turn();
        Standing expected = story.fromTheLog();
        int all = asked;

        Standing found = story.open(snapshots()).standing();

        assertSame(found, expected);
        assertThat(asked).isEqualTo(all - 64);
    }

    @Test
    void shouldReadTheLogWhenItWasRolledBackToAVersionBeforeAnySnapshot() {
        story.line.submit(new Intent.Rollback("back", 3, "wrong source", Changes.TIME));
        story.open(Snapshots.NONE).turn();

        Standing found = story.open(snapshots()).standing();

        assertSame(found, story.fromTheLog());
        assertThat(found.weights()).isNotEqualTo(story.editor.baseWeights());
    }

    private Standing recoveredWith(SnapshotRule other) {
        rule = other;
        SnapshotStore own = new SnapshotStore(directory.resolve("own"));
        new Story(1).written(VERSIONS, own).close();
        return story.open(own).standing();
    }

    /** 66 is the last of every sixth; the deltas of four versions are left. Pairs are gathered at the mark, whatever the rule. */
    @Test
    void shouldMakeASnapshotEverySoManyVersionsWhateverTheMarks() {
        Standing expected = story.fromTheLog();
        int all = asked;

        Standing found = recoveredWith(SnapshotRule.every(6));

        assertSame(found, expected);
        assertThat(asked).isEqualTo(all - 66);
    }

    @Test
    void shouldMakeASnapshotOfEveryVersionWhenReplayMayTakeNoTime() {
        Standing expected = story.fromTheLog();
        int all = asked;

        Standing found = recoveredWith(new SnapshotRule(1_000, Duration.ZERO));

        assertSame(found, expected);
        assertThat(asked).isEqualTo(all - VERSIONS);
    }

    @Test
    void shouldMakeNoneWhileReplayTakesLessThanItMay() {
        Standing expected = story.fromTheLog();
        int all = asked;

        Standing found = recoveredWith(new SnapshotRule(1_000, Duration.ofHours(1)));

        assertSame(found, expected);
        assertThat(asked).isEqualTo(all);
    }

    /** A rollback has the weights of a version that may be kept already, or is kept under its number. */
    @Test
    void shouldKeepTheVersionThatWasRolledBackToUnderItsOwnNumber() {
        rule = SnapshotRule.every(3);
        story.line.submit(new Intent.Rollback("back", 66, "wrong source", Changes.TIME));
        SnapshotStore own = new SnapshotStore(directory.resolve("own"));
        EditorCycle cycle = story.open(own);
        cycle.turn();
        story.submitOneMore();

        Standing found = story.open(own).standing();

        assertSame(found, story.fromTheLog());
        assertThat(lost).isEmpty();
        assertThat(new SnapshotDirectory(directory.resolve("own")).names()).anyMatch(name -> name.startsWith("66-"));
    }

    @Test
    void shouldStartFromASnapshotThatAnotherMachineHasPutInABucket() throws Exception {
        Standing expected = story.fromTheLog();
        int all = asked;
        try (S3Server server = new S3Server();
                SnapshotBucket one = new SnapshotBucket(server.address(S3Server.BUCKET));
                SnapshotBucket other = new SnapshotBucket(server.address(S3Server.BUCKET))) {
            new Story(1).written(VERSIONS, new SnapshotStore(one)).close();

            assertSame(story.open(new SnapshotStore(other)).standing(), expected);
        }
        assertThat(asked).isEqualTo(all - 64);
        assertThat(lost).isEmpty();
    }

    @Test
    void shouldGoOnWhenABucketDoesNotAnswer() throws Exception {
        story.submitOneMore();
        rule = SnapshotRule.every(1);
        try (S3Server server = new S3Server();
                SnapshotBucket bucket = new SnapshotBucket(server.address(S3Server.BUCKET))) {
            server.stop();

            story.open(new SnapshotStore(bucket)).turn();
        }

        assertThat(story.line.versions()).hasSize(VERSIONS + 1);
        assertThat(lost).isNotEmpty().containsOnly(Failure.SNAPSHOTS_UNREACHABLE);
    }

    @Test
    void shouldWarnAndGoOnWhenASnapshotCannotBeWritten() throws IOException {
        Path taken = Files.createFile(directory.resolve("taken"));
        story.submitOneMore();

        story.open(new SnapshotStore(taken)).turn();

        assertThat(lost).containsExactly(Failure.FILE_NOT_WRITTEN);
        assertThat(story.line.versions()).hasSize(VERSIONS + 1);
    }
}
