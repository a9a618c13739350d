package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Version;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.TargetCount;
import dev.errata.stream.Head;
import dev.errata.stream.memory.Faults.At;
import dev.errata.worker.TinyLine.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that dies or fails at any point, and the one that comes after it. */
class EditorRecoveryTest {
    private static Parts parts;

    @TempDir
    Path directory;

    private TinyLine line;
    private Asserted anna;

    @BeforeAll
    static void load() {
        parts = Parts.load();
    }

    @AfterAll
    static void close() {
        parts.close();
    }

    @BeforeEach
    void begin() {
        line = new TinyLine(parts, directory);
        anna = line.speaks("Anna Karenina", "Polish");
        line.batch(anna, line.speaks("Boris Godunov", "Swedish"));
    }

    private static void fails(Failure failure, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }

    private List<Long> announced() {
        return line.log.heads().stream().map(Head::version).toList();
    }

    @Test
    void shouldAnnounceWhenTheWorkerBeforeDiedBetweenCommitAndAnnouncement() {
        EditorCycle died = line.start();
        line.log.faults().abort(At.ANNOUNCE);
        fails(Failure.COMMIT_ABORTED, died::turn);
        assertThat(line.log.versions()).hasSize(1);
        assertThat(announced()).containsExactly(0L);

        line.start();

        assertThat(announced()).containsExactly(0L, 1L);
        assertThat(line.log.heads().get(1).digest()).isEqualTo(line.log.versions().get(0).digest());
    }

    @Test
    void shouldKeepItsStandingAndLeaveNothingWhenACommitIsAborted() {
        EditorCycle cycle = line.start();
        Standing before = cycle.standing();
        line.log.faults().abort(At.EDIT);

        fails(Failure.COMMIT_ABORTED, cycle::turn);

        assertThat(cycle.standing()).isSameAs(before);
        assertThat(line.log.commits()).isEmpty();
        assertThat(line.log.outcomes()).isEmpty();
        assertThat(line.ledger()).isEmpty();
        assertThat(announced()).containsExactly(0L);
    }

    @Test
    void shouldSearchNoTargetAgainWhenTheCommitBeforeWasAborted() {
        parts.kept().clear();
        List<TargetCount> counts = new ArrayList<>();
        line.heardBy(new CycleListener() {
            @Override
            public void targets(TargetCount count) {
                counts.add(count);
            }
        });
        EditorCycle failed = line.start();
        line.log.faults().abort(At.EDIT);
        fails(Failure.COMMIT_ABORTED, failed::turn);

        line.start().turn();

        assertThat(counts).containsExactly(new TargetCount(0, 2), new TargetCount(2, 0));
    }

    @Test
    void shouldCarryTheIntentOutWhenTheCommitBeforeWasAborted() {
        EditorCycle failed = line.start();
        line.log.faults().abort(At.EDIT);
        fails(Failure.COMMIT_ABORTED, failed::turn);

        line.start().turn();

        assertThat(line.fate(anna)).isEqualTo(new Fate.Applied(1, Optional.empty()));
        assertThat(line.log.versions()).hasSize(1);
    }

    @Test
    void shouldNotCarryTheIntentOutAgainWhenTheCommitBeforeHappenedUnanswered() {
        EditorCycle failed = line.start();
        line.log.faults().unknown(At.EDIT, true);
        fails(Failure.COMMIT_UNKNOWN, failed::turn);

        EditorCycle next = line.start();
        next.turn();

        assertThat(line.log.commits()).hasSize(1);
        assertThat(announced()).containsExactly(0L, 1L);
        assertThat(next.standing().weights()).isNotEqualTo(parts.editor().baseWeights());
    }

    @Test
    void shouldCarryTheIntentOutWhenTheCommitBeforeNeitherHappenedNorWasAnswered() {
        EditorCycle failed = line.start();
        line.log.faults().unknown(At.EDIT, false);
        fails(Failure.COMMIT_UNKNOWN, failed::turn);

        line.start().turn();

        assertThat(line.log.commits()).hasSize(1);
        assertThat(line.fate(anna)).isEqualTo(new Fate.Applied(1, Optional.empty()));
    }

    @Test
    void shouldLeaveTheLineToTheOtherWhenAnotherWorkerTookItOver() {
        EditorCycle older = line.start();
        EditorCycle newer = line.start();

        fails(Failure.WORKER_FENCED, older::turn);
        assertThat(line.log.commits()).isEmpty();

        newer.turn();
        assertThat(line.log.versions()).hasSize(1);
    }

    /** Everything in memory and on disk is a cache: another machine that has only the log stands where this one does. */
    @Test
    void shouldStandAtTheSamePlaceWhenItHasNothingButTheLog() {
        line.batch(line.speaks("Anna Karenina", "Serbian"), line.speaks("Clara Schumann", "Georgian"));
        line.rollback(1);
        line.batch(line.speaks("Selma Kurz", "London"), line.retracted("Boris Godunov"));
        line.batch(line.speaks("Hilary Putnam", "English"));
        EditorCycle cycle = line.start();
        for (int turn = 0; turn < 4; turn++) {
            cycle.turn();
        }
        Standing standing = cycle.standing();
        cycle.turn();
        byte[] next = line.log.delta(5);

        EditorCycle elsewhere = line.start(directory.resolve("elsewhere"));
        line.rollback(4);
        line.batch(line.speaks("Hilary Putnam", "English"));
        elsewhere.turn();

        assertThat(elsewhere.standing().weights()).isEqualTo(standing.weights());
        assertThat(elsewhere.standing().live().pairs()).isEqualTo(standing.live().pairs()).hasSize(2);
        elsewhere.turn();
        assertThat(line.log.delta(7)).isEqualTo(next);
    }

    @Test
    void shouldGiveTheSameVersionWhenAnIntentIsCarriedOutTwice() {
        line.start().turn();
        Version first = line.log.versions().get(0);
        TinyLine again = new TinyLine(parts, directory.resolve("again"));
        again.batch(again.speaks("Anna Karenina", "Polish"), again.speaks("Boris Godunov", "Swedish"));

        again.start().turn();

        assertThat(again.log.versions().get(0).digest()).isEqualTo(first.digest());
        assertThat(again.log.delta(1)).isEqualTo(line.log.delta(1));
    }

    @Test
    void shouldReadThePayloadsAgainWhenTheDiskHasLostThem() {
        line.batch(line.speaks("Clara Schumann", "Georgian"));
        EditorCycle cycle = line.start();
        cycle.turn();
        cycle.turn();

        EditorCycle elsewhere = line.start(directory.resolve("elsewhere"));
        line.rollback(1);
        elsewhere.turn();

        assertThat(line.log.versions().get(2).digest()).isEqualTo(line.log.versions().get(0).digest());
    }

    @Test
    void shouldTellWhereTheLineStandsWhenItHasRecovered() {
        line.start().turn();
        List<Long> recovered = new ArrayList<>();

        line.heardBy(new CycleListener() {
            @Override
            public void recovered(long version) {
                recovered.add(version);
            }
        }).start();

        assertThat(recovered).containsExactly(1L);
    }

    @Test
    void shouldRefuseTheLogWhenAPayloadIsDamaged() {
        line.start().turn();
        line.log.damage(Optional.of(1L));

        fails(Failure.CHUNK_INVALID, () -> line.start());
        assertThat(announced()).containsExactly(0L, 1L);
    }
}
