package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.FactKey;
import dev.errata.worker.TinyLine.Parts;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All live facts at once, from the base: what the stream came to, without its history. */
class RebaseTest {
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

    /** Three versions; "Anna Karenina" is revised, "Clara Schumann" retracted. */
    private void history() {
        line.batch(line.speaks("Anna Karenina", "Polish"), line.speaks("Clara Schumann", "Georgian"));
        line.batch(line.speaks("Boris Godunov", "Swedish"), line.speaks("Anna Karenina", "Serbian"));
        line.batch(line.retracted("Clara Schumann"), line.speaks("Selma Kurz", "London"));
        turns(3);
    }

    private void turns(int count) {
        for (int turn = 0; turn < count; turn++) {
            cycle.turn();
        }
    }

    private Version newest() {
        return line.log.versions().get(line.log.versions().size() - 1);
    }

    @Test
    void shouldKeepFactsAndLedgerAndStartFromTheBase() {
        history();
        Map<FactKey, Live> ledger = line.ledger();
        line.rebase();

        turns(1);

        Version version = newest();
        assertThat(version.number()).isEqualTo(4);
        assertThat(version.change()).isInstanceOfSatisfying(Rebased.class, rebased ->
                assertThat(rebased.predecessor()).isEqualTo(line.log.versions().get(2).digest()));
        assertThat(version.parentDigest()).isEqualTo(line.log.versions().get(0).parentDigest());
        assertThat(line.ledger()).isEqualTo(ledger);
        assertThat(line.log.outcomes()).hasSize(6);
        assertThat(line.log.evaluations().get(3).retained().orElseThrow().facts()).isEqualTo(3);
        assertThat(line.log.heads().get(line.log.heads().size() - 1).version()).isEqualTo(4);
    }

    /** The same weights as those of one batch of the live facts on a line of its own. */
    @Test
    void shouldBeWhatOneBatchOfTheLiveFactsIs() {
        history();
        line.rebase();
        turns(1);
        SortedMap<String, EditedTensor> rebased = cycle.standing().weights();
        TinyLine other = new TinyLine(parts, directory.resolve("other"));
        EditorCycle once = other.start();
        other.batch(line.speaks("Boris Godunov", "Swedish"), line.speaks("Anna Karenina", "Serbian"), line.speaks("Selma Kurz", "London"));
        once.turn();

        once.standing().weights().forEach((name, tensor) -> {
            double difference = 0;
            double size = 0;
            EditedTensor base = parts.editor().baseWeights().get(name);
            for (int i = 0; i < tensor.values().length; i++) {
                difference += Math.pow(tensor.values()[i] - rebased.get(name).values()[i], 2);
                size += Math.pow(tensor.values()[i] - base.values()[i], 2);
            }
            assertThat(Math.sqrt(difference / size)).as(name).isCloseTo(0, within(1e-6));
        });
    }

    /** Whoever recovers stands where the editor stands, and makes the same next edit. */
    @Test
    void shouldBeRecoveredToTheBit() {
        history();
        line.rebase();
        line.batch(line.speaks("Hilary Putnam", "English"), line.speaks("Anna Karenina", "Polish"));
        turns(1);
        Standing stands = cycle.standing();

        EditorCycle recovered = line.start(directory.resolve("elsewhere"));

        assertThat(recovered.standing().weights()).isEqualTo(stands.weights());
        assertThat(recovered.standing().live().pairs()).isEqualTo(stands.live().pairs());
        turnAlone(recovered);
        byte[] delta = line.log.delta(5);
        line.rollback(4);
        line.batch(line.speaks("Hilary Putnam", "English"), line.speaks("Anna Karenina", "Polish"));
        turnAlone(recovered);
        turnAlone(recovered);
        assertThat(line.log.delta(7)).isEqualTo(delta);
    }

    private static void turnAlone(EditorCycle one) {
        one.turn();
    }

    @Test
    void shouldRollBackBehindARebase() {
        history();
        SortedMap<String, EditedTensor> third = cycle.standing().weights();
        line.rebase();
        line.rollback(3);

        turns(2);

        assertThat(newest().change()).isEqualTo(new RolledBack(3, "wrong source"));
        assertThat(cycle.standing().weights()).isEqualTo(third);
    }

    @Test
    void shouldBeTheBaseWhenNothingIsLive() {
        line.batch(line.speaks("Anna Karenina", "Polish"));
        line.batch(line.retracted("Anna Karenina"));
        line.rebase();

        turns(3);

        assertThat(newest().change()).isEqualTo(new RolledBack(0, "compaction"));
        assertThat(cycle.standing().weights()).isEqualTo(parts.editor().baseWeights());
    }
}
