package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.failure.Failure;
import dev.errata.stream.Decision;
import dev.errata.stream.Head;
import dev.errata.worker.TinyLine.Parts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that the gate holds waits for an operator, over restarts, and nothing is built on it. */
class HeldVersionTest {
    /** Facts that were live before never all score: the tiny model is too small for that. */
    private static final Gate CLOSED = new Gate(0, 0, 0, 100, 100);

    private static Parts parts;

    @TempDir
    Path directory;

    private TinyLine line;
    private EditorCycle cycle;

    @BeforeAll
    static void load() {
        parts = Parts.load();
    }

    @AfterAll
    static void close() {
        parts.close();
    }

    /** Version 1 passes; version 2, under a closed gate, is held; a batch and a rollback wait behind it. */
    @BeforeEach
    void hold() {
        line = new TinyLine(parts, directory);
        cycle = line.start();
        line.batch(line.speaks("Anna Karenina", "Polish"), line.speaks("Boris Godunov", "Swedish"));
        line.batch(line.speaks("Clara Schumann", "Georgian"));
        line.batch(line.speaks("Selma Kurz", "London"));
        cycle.turn();
        cycle = line.gated(CLOSED).start();
        cycle.turn();
        cycle.turn();
    }

    private List<Long> heads() {
        return line.log.heads().stream().map(Head::version).distinct().toList();
    }

    private Version version(int number) {
        return line.log.versions().get(number - 1);
    }

    private void decide(boolean release) {
        line.log.decide(new Decision("operation-1", 2, release, "seen"));
    }

    @Test
    void shouldCommitButNotAnnounceAndTakeNothingUp() {
        assertThat(line.log.versions()).hasSize(2);
        assertThat(version(2).held()).hasValueSatisfying(why -> assertThat(why.code()).isEqualTo(Failure.GATE_SCORE));
        assertThat(heads()).containsExactly(0L, 1L);
        assertThat(line.ledger()).hasSize(3);
    }

    @Test
    void shouldAnnounceAndGoOnWhenItIsReleased() {
        decide(true);
        cycle = line.gated(Gate.OPEN).start();

        assertThat(heads()).containsExactly(0L, 1L, 2L);
        cycle.turn();
        assertThat(heads()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void shouldHearOfAReleaseWhileItWaits() {
        decide(true);

        cycle.turn();

        assertThat(heads()).containsExactly(0L, 1L, 2L);
        cycle.turn();
        assertThat(line.log.versions()).hasSize(3);
    }

    @Test
    void shouldGoBackWhenItIsRejected() {
        decide(false);

        cycle.turn();

        assertThat(version(3).change()).isEqualTo(new RolledBack(1, "seen"));
        assertThat(version(3).intent()).isEqualTo("operation-1");
        assertThat(version(3).digest()).isEqualTo(version(1).digest());
        assertThat(heads()).containsExactly(0L, 1L, 3L);
        assertThat(line.ledger()).hasSize(2);
    }

    /** The batch behind it is the next one, and is taken up once. */
    @Test
    void shouldTakeUpWhatWaitedWhenItWasRejected() {
        decide(false);
        cycle.turn();
        cycle = line.gated(Gate.OPEN).start(directory.resolve("elsewhere"));
        cycle.turn();
        cycle.turn();

        assertThat(line.log.versions()).hasSize(4);
        assertThat(version(4).intent()).isEqualTo(line.log.intents().get(2).id());
        assertThat(line.ledger()).hasSize(3);
    }

    @Test
    void shouldStillWaitAfterARestart() {
        cycle = line.start(directory.resolve("elsewhere"));
        cycle.turn();

        assertThat(line.log.versions()).hasSize(2);
        assertThat(heads()).containsExactly(0L, 1L);
        decide(false);
        cycle = line.start(directory.resolve("elsewhere"));
        cycle.turn();
        assertThat(line.log.versions()).hasSize(3);
    }

    @Test
    void shouldHearTheFirstWordAlone() {
        decide(false);
        decide(true);

        cycle.turn();

        assertThat(version(3).change()).isInstanceOf(RolledBack.class);
    }
}
