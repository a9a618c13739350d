package dev.errata.batch;

import static dev.errata.batch.Arrivals.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Effect.Kept;
import dev.errata.fact.Arrival;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code errata.conflict=reject}: who claims what, and for how long. */
class RejectedConflictTest {
    private static final AccumulatorRules REJECT = new AccumulatorRules(10, Duration.ofSeconds(5), ConflictRule.REJECT);
    private final Arrivals arrivals = new Arrivals();
    private final Intake intake = new Intake(REJECT);

    @Test
    void shouldRejectAndNameBothWhenAnotherSourceHoldsAnotherObject() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        Arrival other = arrivals.asserted("b#1", "France", "Vichy");

        List<Effect> effects = intake.accept(other);

        assertThat(effects).hasSize(1);
        Fate.Rejected rejected = (Fate.Rejected) Intake.fate(effects, other);
        assertThat(rejected.code()).isEqualTo(Failure.FACT_CONFLICT);
        assertThat(rejected.message()).contains("\"Vichy\"", "b#1", "\"Paris\"", "a#1", "France / r", "expected");
        assertThat(intake.accumulator().pending()).isEqualTo(1);
    }

    @Test
    void shouldRejectWhenTheOtherClaimIsSealedAlready() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        intake.flush(arrivals.after(1));

        assertRejected(arrivals.asserted("b#1", "France", "Vichy"));
    }

    @Test
    void shouldKeepWhenTheOtherSourceHoldsTheSameObjectInAnotherSpelling() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));

        assertKept(arrivals.asserted("b#1", "France", " Paris "));
        assertThat(Intake.sealed(intake.flush(arrivals.now()))).containsExactly(List.of("a#1"), List.of("b#1"));
    }

    @Test
    void shouldKeepARevisionWhenNobodyElseClaimsTheKey() {
        intake.accept(arrivals.asserted("a#1", "France", "r", "Vichy", 1));

        assertKept(arrivals.asserted("a#2", "France", "r", "Paris", 2));
    }

    @Test
    void shouldRejectARevisionWhenAnotherSourceStillClaimsTheFormerObject() {
        intake.accept(arrivals.asserted("a#1", "France", "r", "Vichy", 1));
        intake.accept(arrivals.asserted("b#1", "France", "r", "Vichy", 1));

        assertRejected(arrivals.asserted("a#2", "France", "r", "Paris", 2));
    }

    @Test
    void shouldEndItsSourcesOwnClaimWhenARevisionIsRejected() {
        intake.accept(arrivals.asserted("a#1", "France", "r", "Vichy", 1));
        intake.accept(arrivals.asserted("b#1", "France", "r", "Vichy", 1));
        assertRejected(arrivals.asserted("a#2", "France", "r", "Paris", 2));

        // Both sources have moved on; neither holds the other back.
        assertKept(arrivals.asserted("b#2", "France", "r", "Paris", 2));
    }

    @Test
    void shouldKeepWhenTheClaimWasRetracted() {
        intake.accept(arrivals.asserted("a#1", "France", "r", "Paris", 1));
        assertKept(arrivals.retracted("a#2", "France", 2));

        assertKept(arrivals.asserted("b#1", "France", "Vichy"));
    }

    @Test
    void shouldEndEveryClaimWhenAnySourceRetracts() {
        intake.accept(arrivals.asserted("a#1", "France", "r", "Paris", 1));
        assertKept(arrivals.retracted("b#1", "France", 1));

        assertKept(arrivals.asserted("c#1", "France", "Vichy"));
    }

    @Test
    void shouldSupersedeRatherThanRejectWhenTheConflictingRevisionIsOlder() {
        intake.accept(arrivals.asserted("b#2", "France", "r", "Paris", 2));
        intake.accept(arrivals.asserted("a#1", "France", "r", "Paris", 1));
        Arrival older = arrivals.asserted("b#1", "France", "r", "Vichy", 1);

        assertThat(Intake.fate(intake.accept(older), older)).isEqualTo(new Fate.Superseded(event("b#2")));
    }

    @Test
    void shouldSettleAsDuplicateWhenARejectedEventIsSentAgain() {
        intake.accept(arrivals.asserted("a#1", "France", "Paris"));
        assertRejected(arrivals.asserted("b#1", "France", "Vichy"));
        Arrival again = arrivals.asserted("b#1", "France", "Vichy");

        assertThat(Intake.fate(intake.accept(again), again)).isEqualTo(new Fate.Duplicate());
    }

    @Test
    void shouldHoldWhatTheLaterRuleDecidedWhenTheRuleChangesAtARestart() {
        Intake changed = new Intake(new AccumulatorRules(10, Duration.ofSeconds(5), ConflictRule.LATER));
        changed.accept(arrivals.asserted("a#1", "France", "r", "Vichy", 1));
        changed.accept(arrivals.asserted("b#1", "France", "r", "Paris", 1));
        changed.restart(REJECT);
        Arrival winner = arrivals.asserted("b#2", "France", "r", "Lyon", 2);
        Arrival loser = arrivals.asserted("a#2", "France", "r", "Nice", 2);

        assertThat(Intake.keeps(changed.accept(winner), winner)).isTrue();
        assertThat(Intake.fate(changed.accept(loser), loser)).isInstanceOf(Fate.Rejected.class);
    }

    private void assertKept(Arrival arrival) {
        assertThat(intake.accept(arrival)).contains(new Kept(arrival));
    }

    private void assertRejected(Arrival arrival) {
        assertThat(Intake.fate(intake.accept(arrival), arrival))
                .isInstanceOfSatisfying(Fate.Rejected.class, fate -> assertThat(fate.code()).isEqualTo(Failure.FACT_CONFLICT));
    }
}
