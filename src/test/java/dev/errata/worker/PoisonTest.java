package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Scores;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.memory.MemoryLine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fact that every edit fails with costs its batch a few edits; what is not the facts' fault costs time alone. */
class PoisonTest {
    private static final int ATTEMPTS = 3;
    private static final Clock CLOCK = Clock.fixed(Changes.TIME, ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final MemoryLine line = new MemoryLine("m", 1, CLOCK);
    private final Changes changes = new Changes();
    private final List<Asserted> batch = new ArrayList<>();
    private final List<Integer> bisected = new ArrayList<>();
    private final List<Integer> attempts = new ArrayList<>();
    private final LinearEditor editor = new LinearEditor(1);
    private Gauge gauge = (weights, written, earlier) ->
            new Measured(new Scores(written.size(), Map.of()), Optional.empty(), Optional.empty());

    private final CycleListener listener = new CycleListener() {
        @Override
        public void started(Intent intent, long waiting, int attempt) {
            attempts.add(attempt);
        }

        @Override
        public void bisected(Intent intent, int edits, int rejected) {
            bisected.add(edits);
        }
    };

    private EditorCycle open() {
        Workshop workshop = new Workshop(
                "m", editor, (weights, written, earlier) -> gauge.measure(weights, written, earlier),
                new VersionMaker("m", "base", Map.of(), "test"), Disk.of(new PayloadStore(directory)),
                new Guards(10, 10, 100, 0, 1, 1), Gate.OPEN,
                new Patience(32, ATTEMPTS), 1000, CLOCK, listener);
        return new EditorCycle(line.editLog(), workshop);
    }

    /** A batch of 16 facts, one of them with this object. */
    private Asserted batchWith(String poison) {
        for (int i = 0; i < 16; i++) {
            batch.add(changes.speaks("subject " + i, i == 11 ? poison : "language " + i));
        }
        List<Arrival> arrivals = batch.stream()
                .map(change -> new Arrival(change, new Position(0, batch.indexOf(change)), Changes.TIME))
                .toList();
        line.submit(new Intent.Edit(Batch.of(arrivals, SealCause.FULL, Changes.TIME)));
        return batch.get(11);
    }

    private Map<Boolean, List<Outcome>> outcomes(Asserted poison) {
        return line.outcomes().stream().collect(Collectors.partitioningBy(outcome -> outcome.event().equals(poison.event())));
    }

    private void isolated(Asserted poison, Failure code) {
        assertThat(outcomes(poison).get(true)).singleElement().satisfies(outcome -> assertThat(outcome.fate())
                .isInstanceOfSatisfying(Fate.Rejected.class, fate -> assertThat(fate.code()).isEqualTo(code)));
        assertThat(outcomes(poison).get(false)).hasSize(15).allSatisfy(outcome ->
                assertThat(outcome.fate()).isEqualTo(new Fate.Applied(1, Optional.empty())));
        assertThat(line.versions()).singleElement().satisfies(version ->
                assertThat(((Edited) version.change()).in()).extracting(fact -> fact.event())
                        .containsExactlyElementsOf(batch.stream().filter(one -> one != poison).map(Asserted::event).toList()));
        assertThat(bisected).singleElement().satisfies(edits -> assertThat(edits).isLessThanOrEqualTo(4 + 2));
    }

    @Test
    void shouldRejectOneFactAloneWhenItMakesTheEditInfinite() {
        Asserted poison = batchWith(LinearEditor.INFINITE);

        open().turn();

        isolated(poison, Failure.EDIT_NOT_FINITE);
    }

    @Test
    void shouldRejectOneFactAloneWhenItTripsAGuardOfTheWhole() {
        Asserted poison = batchWith(LinearEditor.HUGE);

        open().turn();

        isolated(poison, Failure.GUARD_GROWTH);
    }

    @Test
    void shouldRejectOneFactAloneWhenTheEditFailedUnexpectedlyOftenEnough() {
        Asserted poison = batchWith(LinearEditor.THROWING);
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            assertThatThrownBy(() -> open().turn()).isInstanceOf(IllegalStateException.class);
        }
        assertThat(line.outcomes()).isEmpty();

        open().turn();

        assertThat(attempts).containsExactly(1, 2, 3);
        isolated(poison, Failure.EDIT_FAILED);
    }

    @Test
    void shouldRejectNothingWhenTheModelItselfCannotBeMeasured() {
        Asserted innocent = batchWith("Polish");
        Gauge working = gauge;
        gauge = (weights, written, earlier) -> {
            throw new IllegalStateException("the device is gone");
        };
        for (int attempt = 1; attempt <= 3 * ATTEMPTS; attempt++) {
            assertThatThrownBy(() -> open().turn()).isInstanceOf(IllegalStateException.class);
        }
        assertThat(line.outcomes()).isEmpty();

        gauge = working;
        open().turn();

        assertThat(outcomes(innocent).values()).allSatisfy(some -> assertThat(some).isNotEmpty().allSatisfy(outcome ->
                assertThat(outcome.fate()).isEqualTo(new Fate.Applied(1, Optional.empty()))));
    }

    @Test
    void shouldRejectTheWholeWhenProcessesEndAgainAndAgainWithIt() {
        batchWith("Polish");
        Gauge working = gauge;
        gauge = (weights, written, earlier) -> {
            throw new StackOverflowError("killed");
        };
        for (int attempt = 1; attempt < 2 * ATTEMPTS; attempt++) {
            assertThatThrownBy(() -> open().turn()).isInstanceOf(StackOverflowError.class);
        }
        gauge = working;

        open().turn();

        assertThat(line.versions()).isEmpty();
        assertThat(line.outcomes()).hasSize(16).allSatisfy(outcome -> assertThat(outcome.fate())
                .isInstanceOfSatisfying(Fate.Rejected.class, fate -> assertThat(fate.code()).isEqualTo(Failure.EDIT_FAILED)));
    }
}
