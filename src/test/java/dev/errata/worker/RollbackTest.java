package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactKey;
import dev.errata.stream.Commit;
import dev.errata.worker.TinyLine.Parts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An earlier version comes back: weights to the bit, live set, ledger, and what would have followed it. */
class RollbackTest {
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

    @BeforeEach
    void begin() {
        line = new TinyLine(parts, directory);
        cycle = line.start();
    }

    private record Seen(String digest, SortedMap<String, EditedTensor> weights, List<List<FactKey>> live, Map<FactKey, Live> ledger) {}

    /** What the line is at the newest version. */
    private Seen seen() {
        List<Version> versions = line.log.versions();
        String digest = versions.isEmpty() ? "" : versions.get(versions.size() - 1).digest();
        return new Seen(digest, cycle.standing().weights(), cycle.standing().live().pairs(), line.ledger());
    }

    /** Versions 1 and 2 of two facts each; version 3 revises one, version 4 retracts another and adds one. */
    private void history() {
        line.batch(line.speaks("Anna Karenina", "Polish"), line.speaks("Boris Godunov", "Swedish"));
        line.batch(line.speaks("Clara Schumann", "Georgian"), line.speaks("Selma Kurz", "London"));
        line.batch(line.speaks("Anna Karenina", "Serbian"));
        line.batch(line.retracted("Clara Schumann"), line.speaks("Hilary Putnam", "English"));
    }

    @Test
    void shouldBringBackWeightsLiveSetAndLedgerWhenItRollsBackToAVersion() {
        history();
        cycle.turn();
        cycle.turn();
        Seen second = seen();
        cycle.turn();
        cycle.turn();
        line.rollback(2);

        cycle.turn();

        assertThat(seen()).isEqualTo(second);
        Version version = line.log.versions().get(4);
        assertThat(version.change()).isEqualTo(new RolledBack(2, "wrong source"));
        assertThat(version.parentDigest()).isEqualTo(line.log.versions().get(3).digest());
        Commit commit = line.log.commits().get(4);
        assertThat(commit.delta()).isEmpty();
        assertThat(commit.pairs()).isEmpty();
        assertThat(commit.outcomes()).isEmpty();
        assertThat(commit.evaluation().orElseThrow().written().facts()).isZero();
        assertThat(commit.evaluation().orElseThrow().retained().orElseThrow().facts()).isEqualTo(3);
        assertThat(line.log.heads().get(line.log.heads().size() - 1).version()).isEqualTo(5);
    }

    @Test
    void shouldBringTheBaseModelBackWhenItRollsBackToVersionZero() {
        Seen base = seen();
        history();
        cycle.turn();
        cycle.turn();
        line.rollback(0);
        cycle.turn();
        cycle.turn();
        cycle.turn();

        assertThat(line.log.versions()).hasSize(5);
        assertThat(cycle.standing().weights()).isEqualTo(base.weights());
        assertThat(cycle.standing().live().size()).isZero();
        assertThat(line.ledger()).isEmpty();
        assertThat(line.log.evaluations().get(4).drift().orElseThrow().meanKl()).isZero();
    }

    /** Invariant 7: the next edit is the one that would have followed. Bit for bit, in delta, pairs and weights. */
    @Test
    void shouldMakeTheEditThatWouldHaveFollowedWhenItRolledBack() {
        line.batch(line.speaks("Anna Karenina", "Polish"), line.speaks("Boris Godunov", "Swedish"));
        line.batch(line.speaks("Clara Schumann", "Georgian"), line.speaks("Anna Karenina", "Serbian"));
        line.batch(line.speaks("Boris Godunov", "Polish"), line.speaks("Selma Kurz", "London"));
        line.batch(line.speaks("Hilary Putnam", "English"));
        line.rollback(2);
        line.batch(line.speaks("Boris Godunov", "Polish"), line.speaks("Selma Kurz", "London"));

        for (int turn = 0; turn < 6; turn++) {
            cycle.turn();
        }

        List<Version> versions = line.log.versions();
        assertThat(line.log.delta(6)).isEqualTo(line.log.delta(3)).isNotEmpty();
        assertThat(line.log.pairs(6)).isEqualTo(line.log.pairs(3)).isNotEmpty();
        assertThat(versions.get(5).digest()).isEqualTo(versions.get(2).digest());
        assertThat(versions.get(3).digest()).isNotEqualTo(versions.get(2).digest());
    }

    @Test
    void shouldGoWhereARollbackWentWhenItRollsBackToIt() {
        history();
        cycle.turn();
        Seen first = seen();
        cycle.turn();
        line.rollback(1);
        cycle.turn();
        cycle.turn();
        cycle.turn();
        line.rollback(5);

        cycle.turn();

        assertThat(seen()).isEqualTo(first);
    }

    @Test
    void shouldGiveTheLedgerTheVersionsThatWroteEachFactWhenItRolledBack() {
        Asserted anna = line.speaks("Anna Karenina", "Polish");
        line.batch(anna);
        line.batch(line.speaks("Anna Karenina", "Serbian"), line.speaks("Boris Godunov", "Swedish"));
        cycle.turn();
        cycle.turn();
        line.rollback(1);

        cycle.turn();

        assertThat(line.ledger()).isEqualTo(Map.of(anna.key(), new Live(1, LiveFact.of(anna))));
    }

    @Test
    void shouldMakeNoVersionWhenTheTargetIsUnknown() {
        line.batch(line.speaks("Anna Karenina", "Polish"));
        cycle.turn();
        Seen first = seen();
        line.rollback(2);
        line.rollback(-1);
        line.batch(line.speaks("Boris Godunov", "Swedish"));

        cycle.turn();
        cycle.turn();

        assertThat(line.log.versions()).hasSize(1);
        assertThat(seen()).isEqualTo(first);
        cycle.turn();
        assertThat(line.log.versions()).as("the line goes on").hasSize(2);
    }
}
