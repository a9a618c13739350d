package dev.errata.batch;

import static dev.errata.batch.Arrivals.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.fact.Arrival;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IntakeHistoryTest {
    private static final AccumulatorRules RULES = new AccumulatorRules(3, Duration.ofSeconds(5), ConflictRule.LATER);
    private final Arrivals arrivals = new Arrivals();
    private final Intake intake = new Intake(RULES);

    @Test
    void shouldRememberNothingWhenTheLogIsEmpty() {
        assertThat(new IntakeHistory().memory()).isEqualTo(IntakeMemory.NONE);
    }

    @Test
    void shouldHandThePlaceOnWhenAPendingChangeWasSuperseded() {
        Arrival older = arrivals.asserted("a#1", "France", "r", "Vichy", 1);
        intake.accept(older);
        Arrival other = arrivals.asserted("a#2", "Spain", "Madrid");
        intake.accept(other);
        arrivals.after(2);
        Arrival newer = arrivals.asserted("a#3", "France", "r", "Paris", 2);
        intake.accept(newer);

        assertThat(intake.history().memory().pending())
                .containsExactly(new Pending(newer, older.time()), new Pending(other, other.time()));
    }

    @Test
    void shouldNotHandAPlaceOnWhenAnOlderRevisionCameTooLate() {
        Arrival newer = arrivals.asserted("a#3", "France", "r", "Paris", 2);
        intake.accept(newer);
        intake.accept(arrivals.asserted("a#1", "France", "r", "Vichy", 1));

        assertThat(intake.history().memory().pending()).containsExactly(new Pending(newer, newer.time()));
    }

    @Test
    void shouldIgnoreTheWorkersOutcomesWhenTheyAreAboutSealedChanges() {
        Arrival sealed = arrivals.asserted("a#1", "France", "Paris");
        intake.accept(sealed);
        intake.flush(arrivals.after(1));
        IntakeMemory before = intake.history().memory();
        IntakeHistory history = intake.history();
        Fate rejected = new Fate.Rejected(Failure.TARGET_NOT_CONVERGED, "nll: 7.1 (expected: at most 4.0)");

        history.settled(new Outcome(event("a#1"), sealed.change().key(), sealed.position(), rejected));

        assertThat(history.memory()).isEqualTo(before);
    }

    @Test
    void shouldKnowADuplicateWhenTheFactsTopicHasForgottenTheFirst() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        intake.flush(arrivals.after(1));
        IntakeHistory forgetful = new IntakeHistory();
        intake.batches().forEach(forgetful::sealed);
        Accumulator restarted = new Accumulator(RULES, forgetful.memory());
        Arrival again = arrivals.asserted("a#1", "France", "Paris");

        assertThat(Intake.fate(restarted.accept(again), again)).isEqualTo(new Fate.Duplicate());
    }

    @Test
    void shouldSealWhatIsMoreThanFullWhenRestartedWithASmallerLimit() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        intake.accept(arrivals.asserted("a#2", "Spain", "Madrid"));

        intake.restart(new AccumulatorRules(1, Duration.ofSeconds(5), ConflictRule.LATER));

        assertThat(Intake.sealed(intake.tick(arrivals.now()))).containsExactly(List.of("a#1"), List.of("a#2"));
        assertThat(intake.batches()).extracting(Batch::cause).containsOnly(SealCause.FULL);
    }

    @Test
    void shouldRefuseAMemoryWhenAPendingEventIsNotKnown() {
        Pending pending = new Pending(arrivals.asserted("a#1", "France", "Paris"), arrivals.now());

        assertThatThrownBy(() -> new IntakeMemory(List.of(pending), List.of())).hasMessageContaining("a#1 is not known");
    }

    @Test
    void shouldRefuseAMemoryWhenTwoPendingChangesOfOneKeyAreByOneSource() {
        Arrival one = arrivals.asserted("a#1", "France", "r", "Vichy", 1);
        Arrival two = arrivals.asserted("a#2", "France", "r", "Paris", 2);
        IntakeMemory memory = new IntakeMemory(
                List.of(new Pending(one, one.time()), new Pending(two, two.time())),
                List.of(Known.of(one.change()), Known.of(two.change())));

        assertThatThrownBy(() -> new Accumulator(RULES, memory)).hasMessageContaining("a#2").hasMessageContaining("France / r");
    }

    @Test
    void shouldCarryWhatAChangeClaimsWhenKnown() {
        Known asserted = Known.of(arrivals.asserted("a#1", " France", " Paris").change());
        Known retracted = Known.rejected(arrivals.retracted("a#2", "France", 2).change());

        assertThat(asserted.object()).contains("Paris");
        assertThat(asserted.rejected()).isFalse();
        assertThat(retracted.object()).isEqualTo(Optional.empty());
        assertThat(retracted.rejected()).isTrue();
        assertThat(retracted.key()).isEqualTo(asserted.key());
    }
}
