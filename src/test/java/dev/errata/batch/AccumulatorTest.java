package dev.errata.batch;

import static dev.errata.batch.Arrivals.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Effect.Kept;
import dev.errata.batch.Effect.Sealed;
import dev.errata.batch.Effect.Settled;
import dev.errata.fact.Arrival;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccumulatorTest {
    private static final Duration AGE = Duration.ofSeconds(5);
    private final Arrivals arrivals = new Arrivals();
    private final Intake intake = new Intake(new AccumulatorRules(3, AGE, ConflictRule.LATER));

    @Test
    void shouldKeepAChangeWhenItIsTheFirst() {
        Arrival first = arrivals.asserted("a#1", "France", "Paris");

        List<Effect> effects = intake.accept(first);

        assertThat(effects).containsExactly(new Kept(first));
        assertThat(intake.accumulator().pending()).isEqualTo(1);
        assertThat(intake.accumulator().deadline()).contains(arrivals.now().plus(AGE));
    }

    @Test
    void shouldHaveNoDeadlineWhenNothingIsPending() {
        assertThat(intake.accumulator().deadline()).isEmpty();
        assertThat(intake.tick(arrivals.after(100))).isEmpty();
        assertThat(intake.flush(arrivals.now())).isEmpty();
    }

    @Test
    void shouldSealABatchWhenItIsFull() {
        Arrival one = arrivals.asserted("a#1", "France", "Paris");
        Arrival two = arrivals.asserted("a#2", "Spain", "Madrid");
        Arrival three = arrivals.asserted("b#1", "Italy", "Rome");
        intake.accept(one);
        intake.accept(two);

        List<Effect> effects = intake.accept(three);

        Batch batch = Batch.of(List.of(one, two, three), SealCause.FULL, arrivals.now());
        assertThat(effects).containsExactly(new Kept(three), new Sealed(batch));
        assertThat(intake.accumulator().pending()).isZero();
    }

    @Test
    void shouldSealABatchWhenItsOldestPlaceIsAged() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        arrivals.after(3);
        intake.accept(arrivals.asserted("a#2", "Spain", "Madrid"));

        assertThat(intake.tick(arrivals.now().plusSeconds(2).minusNanos(1))).isEmpty();
        List<Effect> effects = intake.tick(arrivals.after(2));

        assertThat(Intake.sealed(effects)).containsExactly(List.of("a#1", "a#2"));
        assertThat(((Sealed) effects.get(0)).batch().cause()).isEqualTo(SealCause.AGED);
        assertThat(((Sealed) effects.get(0)).batch().sealedAt()).isEqualTo(arrivals.now());
    }

    @Test
    void shouldSealEverythingWhenFlushed() {
        intake.accept(arrivals.asserted("a#1", "France", "capital", "Paris", 1));
        intake.accept(arrivals.asserted("a#2", "France", "currency", "Euro", 1));
        intake.accept(arrivals.asserted("a#3", "Spain", "capital", "Madrid", 1));

        List<Effect> effects = intake.flush(arrivals.after(1));

        assertThat(Intake.sealed(effects)).containsExactly(List.of("a#1", "a#3"), List.of("a#2"));
        assertThat(intake.batches()).extracting(Batch::cause).containsOnly(SealCause.FLUSHED);
        assertThat(intake.accumulator().pending()).isZero();
    }

    @Test
    void shouldMakeOneChangeWaitWhenItsSubjectIsInTheOpenBatch() {
        intake.accept(arrivals.asserted("a#1", "France", "capital", "Paris", 1));
        intake.accept(arrivals.asserted("a#2", " France ", "currency", "Euro", 1));
        arrivals.after(2);
        intake.accept(arrivals.asserted("a#3", "Spain", "capital", "Madrid", 1));

        List<Effect> effects = intake.tick(arrivals.after(3));

        // The one that waited is as old as the one before it, so it is aged as well.
        assertThat(Intake.sealed(effects)).containsExactly(List.of("a#1", "a#3"), List.of("a#2"));
    }

    @Test
    void shouldFillTheNextBatchWithThoseThatWaitedWhenOneIsSealed() {
        intake.accept(arrivals.asserted("a#1", "France", "capital", "Paris", 1));
        intake.accept(arrivals.asserted("a#2", "Spain", "capital", "Madrid", 1));
        intake.accept(arrivals.asserted("a#3", "Spain", "currency", "Euro", 1));
        intake.accept(arrivals.asserted("a#4", "France", "currency", "Euro", 1));

        List<Effect> full = intake.accept(arrivals.asserted("a#5", "Italy", "capital", "Rome", 1));
        List<Effect> fullAgain = intake.accept(arrivals.asserted("a#6", "Malta", "capital", "Valletta", 1));

        assertThat(Intake.sealed(full)).containsExactly(List.of("a#1", "a#2", "a#5"));
        assertThat(Intake.sealed(fullAgain)).containsExactly(List.of("a#3", "a#4", "a#6"));
    }

    @Test
    void shouldSettleAsDuplicateWhenTheEventWasSeenWhateverItSaysNow() {
        Arrival first = arrivals.asserted("a#1", "France", "Paris");
        Arrival again = arrivals.asserted("a#1", "Spain", "Madrid");
        intake.accept(first);
        intake.flush(arrivals.after(1));

        List<Effect> effects = intake.accept(again);

        Outcome outcome = new Outcome(event("a#1"), again.change().key(), again.position(), new Fate.Duplicate());
        assertThat(effects).containsExactly(new Settled(again, outcome));
        assertThat(intake.accumulator().pending()).isZero();
    }

    @Test
    void shouldTellTwoSourcesApartWhenTheirEventsHaveOneId() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        Arrival other = arrivals.asserted("b#1", "Spain", "Madrid");

        assertThat(intake.accept(other)).containsExactly(new Kept(other));
    }

    @Test
    void shouldSupersedeAnOlderRevisionWhenANewerOneIsSealedAlready() {
        intake.accept(arrivals.asserted("a#2", "France", "r", "Paris", 2));
        intake.flush(arrivals.after(1));
        Arrival older = arrivals.asserted("a#1", "France", "r", "Vichy", 1);

        List<Effect> effects = intake.accept(older);

        assertThat(Intake.fate(effects, older)).isEqualTo(new Fate.Superseded(event("a#2")));
        assertThat(effects).hasSize(1);
    }

    @Test
    void shouldTakeTheOlderRevisionsPlaceWhenANewerOneArrivesInTime() {
        Arrival older = arrivals.asserted("a#1", "France", "r", "Vichy", 1);
        intake.accept(older);
        intake.accept(arrivals.asserted("a#2", "Spain", "Madrid"));
        arrivals.after(4);
        Arrival newer = arrivals.asserted("a#3", "France", "r", "Paris", 2);

        List<Effect> effects = intake.accept(newer);

        assertThat(effects).hasSize(2).startsWith(new Kept(newer));
        assertThat(Intake.fate(effects, older)).isEqualTo(new Fate.Superseded(event("a#3")));
        assertThat(Intake.sealed(intake.tick(arrivals.after(1)))).containsExactly(List.of("a#3", "a#2"));
    }

    @Test
    void shouldCountTheLaterArrivalAsNewerWhenRevisionsAreEqual() {
        Arrival first = arrivals.asserted("a#1", "France", "r", "Vichy", 1);
        intake.accept(first);

        List<Effect> effects = intake.accept(arrivals.asserted("a#2", "France", "r", "Paris", 1));

        assertThat(Intake.fate(effects, first)).isEqualTo(new Fate.Superseded(event("a#2")));
    }

    @Test
    void shouldReplaceAnAssertionWhenItsSourceRetractsIt() {
        Arrival asserted = arrivals.asserted("a#1", "France", "r", "Vichy", 1);
        intake.accept(asserted);

        List<Effect> effects = intake.accept(arrivals.retracted("a#2", "France", 2));

        assertThat(Intake.fate(effects, asserted)).isEqualTo(new Fate.Superseded(event("a#2")));
        assertThat(Intake.sealed(intake.flush(arrivals.now()))).containsExactly(List.of("a#2"));
    }

    @Test
    void shouldReplaceAChangeThatWaitsWhenANewerRevisionArrives() {
        intake.accept(arrivals.asserted("a#1", "France", "capital", "Paris", 1));
        Arrival waits = arrivals.asserted("a#2", "France", "currency", "Franc", 1);
        intake.accept(waits);
        intake.accept(arrivals.asserted("a#3", "France", "language", "French", 1));

        List<Effect> effects = intake.accept(arrivals.asserted("a#4", "France", "currency", "Euro", 2));

        assertThat(Intake.fate(effects, waits)).isEqualTo(new Fate.Superseded(event("a#4")));
        assertThat(Intake.sealed(intake.flush(arrivals.now()))).containsExactly(List.of("a#1"), List.of("a#4"), List.of("a#3"));
    }

    @Test
    void shouldLetTheLaterArrivalWinInALaterBatchWhenTwoSourcesConflict() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        intake.accept(arrivals.asserted("b#1", "France", "Vichy"));

        List<Effect> effects = intake.flush(arrivals.now());

        assertThat(Intake.sealed(effects)).containsExactly(List.of("a#1"), List.of("b#1"));
        assertThat(intake.outcomes()).isEmpty();
    }

    @Test
    void shouldStandLastWhenANewerRevisionArrivesAfterAnotherSourcesClaim() {
        Arrival first = arrivals.asserted("a#1", "France", "r", "Paris", 1);
        intake.accept(first);
        intake.accept(arrivals.asserted("b#1", "France", "Vichy"));

        List<Effect> effects = intake.accept(arrivals.asserted("a#2", "France", "r", "Lyon", 2));

        assertThat(Intake.fate(effects, first)).isEqualTo(new Fate.Superseded(event("a#2")));
        assertThat(Intake.sealed(intake.flush(arrivals.now()))).containsExactly(List.of("b#1"), List.of("a#2"));
    }

    @Test
    void shouldBeSealedInTimeWhenAFactIsRevisedAgainAndAgain() {
        List<List<String>> sealed = List.of();
        for (int second = 0; sealed.isEmpty() && second < 60; second++) {
            intake.accept(arrivals.asserted("a#" + second, "France", "r", "Paris " + second, second));
            sealed = Intake.sealed(intake.tick(arrivals.after(1)));
        }

        assertThat(sealed).containsExactly(List.of("a#4"));
    }

    @Test
    void shouldBeSealedInTimeWhenTwoSourcesContradictEachOtherAgainAndAgain() {
        for (int second = 0; second < 20; second++) {
            String source = second % 2 == 0 ? "a" : "b";
            intake.accept(arrivals.asserted(source + "#" + second, "France", "r", "Paris " + second, second));
            intake.tick(arrivals.after(1));
        }

        assertThat(intake.batches().count()).isGreaterThanOrEqualTo(6);
    }
}
