package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Effect;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Received;
import dev.errata.stream.memory.Faults.At;
import dev.errata.stream.memory.MemoryLine;
import dev.errata.stream.memory.TurnedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AccumulatorCycleTest {
    private static final Duration MAX_AGE = Duration.ofSeconds(5);

    private final TurnedClock clock = new TurnedClock(Changes.TIME);
    private final MemoryLine line = new MemoryLine("m", 3, clock);
    private final Changes changes = new Changes();
    private final IntakeTroubles troubles = new IntakeTroubles(3);
    private final List<Integer> pending = new ArrayList<>();

    private AccumulatorCycle start(int maxFacts, int maxPending) {
        AccumulatorRules rules = new AccumulatorRules(maxFacts, MAX_AGE, ConflictRule.LATER);
        return new AccumulatorCycle(
                line.intakeLog(), rules, Room.of(maxPending), clock, new CycleListener() {
                    @Override
                    public void accumulated(List<Received> received, List<Effect> effects, int nowPending) {
                        pending.add(nowPending);
                    }
                }, troubles);
    }

    private Asserted publish(String subject) {
        Asserted change = changes.speaks(subject, "Polish");
        line.publish(change);
        return change;
    }

    private List<Intent.Edit> batches() {
        return line.intents().stream().map(Intent.Edit.class::cast).toList();
    }

    private static List<FactChange> members(Intent.Edit batch) {
        return batch.batch().arrivals().stream().map(arrival -> arrival.change()).toList();
    }

    private static void fails(Failure failure, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }

    @Test
    void shouldSealABatchWhenItIsFull() {
        Asserted one = publish("Anna");
        Asserted two = publish("Boris");
        Asserted three = publish("Clara");
        AccumulatorCycle cycle = start(2, 100);

        cycle.turn();

        assertThat(batches()).hasSize(1);
        assertThat(batches().get(0).batch().cause()).isEqualTo(SealCause.FULL);
        List<FactChange> sealed = members(batches().get(0));
        assertThat(sealed).hasSize(2).isSubsetOf(one, two, three);
        assertThat(cycle.pending()).isEqualTo(1);
        assertThat(pending).containsExactly(1);
    }

    @Test
    void shouldSealABatchWhenItIsAgedOrFlushed() {
        Asserted anna = publish("Anna");
        AccumulatorCycle cycle = start(10, 100);
        cycle.turn();
        assertThat(batches()).isEmpty();

        clock.on(MAX_AGE);
        cycle.turn();
        assertThat(batches()).hasSize(1);
        assertThat(batches().get(0).batch().cause()).isEqualTo(SealCause.AGED);
        assertThat(members(batches().get(0))).containsExactly(anna);

        Asserted boris = publish("Boris");
        line.flush();
        cycle.turn();
        assertThat(batches().get(1).batch().cause()).isEqualTo(SealCause.FLUSHED);
        assertThat(members(batches().get(1))).containsExactly(boris);
        assertThat(cycle.pending()).isZero();
    }

    @Test
    void shouldMakeADeadLetterWhenARecordCannotBeRead() {
        line.publishBroken("{".getBytes());
        publish("Anna");
        AccumulatorCycle cycle = start(10, 100);

        cycle.turn();
        cycle.turn();

        assertThat(line.deadLetters()).hasSize(1);
        assertThat(cycle.pending()).isEqualTo(1);
    }

    @Test
    void shouldSayNothingWhenNothingHappened() {
        AccumulatorCycle cycle = start(10, 100);

        cycle.turn();

        assertThat(pending).isEmpty();
    }

    /** What is not polled stays in the topic and costs no memory. */
    @Test
    void shouldTakeNothingMoreInWhenTooMuchIsPending() {
        for (int i = 0; i < 100; i++) {
            publish("s" + i);
        }
        AccumulatorCycle cycle = start(60, 20);
        cycle.turn();
        int full = cycle.pending();
        assertThat(full).isGreaterThanOrEqualTo(20);

        cycle.turn();
        assertThat(cycle.pending()).isEqualTo(full);

        clock.on(MAX_AGE);
        cycle.turn();
        assertThat(cycle.pending()).isZero();
        cycle.turn();
        assertThat(cycle.pending()).isPositive();
    }

    @Test
    void shouldLoseAndDoubleNothingWhenACommitFails() {
        Asserted anna = publish("Anna");
        AccumulatorCycle failed = start(10, 100);
        line.faults().abort(At.INTAKE);
        fails(Failure.COMMIT_ABORTED, failed::turn);
        assertThatThrownBy(failed::turn).isInstanceOf(IllegalStateException.class);
        assertThat(line.intents()).isEmpty();

        AccumulatorCycle next = start(10, 100);
        line.faults().unknown(At.INTAKE, true);
        fails(Failure.COMMIT_UNKNOWN, next::turn);

        AccumulatorCycle last = start(10, 100);
        assertThat(last.pending()).as("it was committed though nobody heard").isEqualTo(1);
        line.publish(anna);
        line.flush();
        last.turn();
        assertThat(batches()).hasSize(1);
        assertThat(members(batches().get(0))).containsExactly(anna);
        assertThat(line.outcomes()).singleElement().satisfies(outcome -> assertThat(outcome.fate()).isEqualTo(new Fate.Duplicate()));
    }

    @Test
    void shouldLeaveTheFactsToTheOtherWhenAnotherAccumulatorTookOver() {
        publish("Anna");
        AccumulatorCycle older = start(1, 100);
        AccumulatorCycle newer = start(1, 100);

        fails(Failure.WORKER_FENCED, older::turn);
        assertThat(batches()).isEmpty();
        newer.turn();
        assertThat(batches()).hasSize(1);
    }
}
