package dev.errata.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.RuleBook.Verdict;
import dev.errata.batch.Traffic.Accept;
import dev.errata.batch.Traffic.Calls;
import dev.errata.batch.Traffic.Step;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.statistics.Statistics;

/** What must hold for the accumulator whatever the sources do. */
@Domain(Traffic.class)
class AccumulatorLawsTest {

    @Property(tries = 300)
    void shouldEndEveryChangeInExactlyOneWay(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = new Intake(rules);
        for (Step step : calls.steps()) {
            step.on(intake);

            List<Position> ends = new ArrayList<>();
            intake.outcomes().forEach(outcome -> ends.add(outcome.position()));
            intake.sealed().forEach(arrival -> ends.add(arrival.position()));
            intake.pending().forEach(arrival -> ends.add(arrival.position()));
            assertThat(ends).containsExactlyInAnyOrderElementsOf(intake.consumed.stream().map(Arrival::position).toList());
            assertThat(intake.accumulator().pending()).isEqualTo(intake.pending().size());
        }
    }

    @Property
    void shouldSayKeptOfExactlyWhatIsSettledOrSealedLater(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = flushed(rules, calls);

        Set<Arrival> kept = new HashSet<>();
        for (Effect effect : intake.effects) {
            if (effect instanceof Effect.Kept one) {
                assertThat(kept.add(one.arrival())).isTrue();
            } else if (effect instanceof Effect.Settled settled && settled.outcome().fate() instanceof Fate.Superseded) {
                kept.remove(settled.arrival());
            } else if (effect instanceof Effect.Sealed sealed) {
                assertThat(kept).containsAll(sealed.batch().arrivals());
                sealed.batch().arrivals().forEach(kept::remove);
            }
        }
        assertThat(kept).isEmpty();
    }

    @Property
    void shouldSealNoBatchWithASharedSubjectOrTooManyFacts(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = flushed(rules, calls);

        assertThat(intake.batches()).allSatisfy(batch -> {
            assertThat(batch.arrivals()).hasSizeBetween(1, rules.maxFacts());
            assertThat(batch.arrivals().stream().map(one -> one.change().key().subject())).doesNotHaveDuplicates();
            assertThat(batch.cause() == SealCause.FULL).isEqualTo(batch.arrivals().size() == rules.maxFacts());
        });
        assertThat(intake.batches().map(Batch::id)).doesNotHaveDuplicates();
    }

    @Property
    void shouldJudgeEveryChangeByTheRules(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = new Intake(rules);
        RuleBook book = new RuleBook(rules.conflict());
        for (Step step : calls.steps()) {
            List<Effect> effects = step.on(intake);
            if (step instanceof Accept accept) {
                FactChange change = accept.arrival().change();
                Verdict verdict = book.judge(accept.arrival());
                Statistics.label("verdict").collect(verdict);
                Fate fate = Intake.fate(effects, accept.arrival());
                switch (verdict) {
                    case DUPLICATE -> assertThat(fate).isEqualTo(new Fate.Duplicate());
                    case OLDER -> assertThat(fate).isEqualTo(new Fate.Superseded(book.newest(change)));
                    case REJECTED -> assertThat(fate).isInstanceOf(Fate.Rejected.class);
                    case TAKEN -> assertThat(fate).isNull();
                }
                assertThat(Intake.keeps(effects, accept.arrival())).isEqualTo(verdict == Verdict.TAKEN);
            }
        }
        // A law about collisions is worth nothing if there are none.
        Statistics.label("verdict").coverage(verdicts -> {
            for (Verdict verdict : Verdict.values()) {
                verdicts.check(verdict).percentage(percent -> percent > 2);
            }
        });
    }

    @Property
    void shouldSealTheChangesOfAKeyInTheOrderOfArrivalAndEndWithTheLast(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = flushed(rules, calls);

        RuleBook book = new RuleBook(rules.conflict());
        Map<FactKey, Arrival> last = new HashMap<>();
        intake.consumed.stream()
                .filter(arrival -> book.judge(arrival) == Verdict.TAKEN)
                .forEach(arrival -> last.put(arrival.change().key(), arrival));
        Map<FactKey, Arrival> sealed = new HashMap<>();
        for (Arrival arrival : intake.sealed()) {
            Arrival before = sealed.put(arrival.change().key(), arrival);
            assertThat(before == null || before.position().offset() < arrival.position().offset()).isTrue();
        }
        assertThat(sealed).isEqualTo(last);
    }

    @Property
    void shouldSealNoOlderRevisionAfterANewerOneOfItsSource(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        List<Arrival> sealed = flushed(rules, calls).sealed();

        for (int later = 0; later < sealed.size(); later++) {
            FactChange change = sealed.get(later).change();
            for (Arrival earlier : sealed.subList(0, later)) {
                if (earlier.change().key().equals(change.key()) && source(earlier).equals(source(sealed.get(later)))) {
                    assertThat(change.revision().isOlderThan(earlier.change().revision())).isFalse();
                }
            }
        }
    }

    @Property
    void shouldSealAnEventAtMostOnce(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Stream<EventId> events = flushed(rules, calls).sealed().stream().map(arrival -> arrival.change().event());

        assertThat(events).doesNotHaveDuplicates();
    }

    @Property(tries = 300)
    void shouldHoldOneChangeOfAKeyBySourceAtMost(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = new Intake(rules);
        for (Step step : calls.steps()) {
            step.on(intake);

            assertThat(intake.pending().stream().map(one -> one.change().key() + " by " + source(one))).doesNotHaveDuplicates();
        }
    }

    @Property
    void shouldLeaveNothingPendingWhenFlushed(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = flushed(rules, calls);

        assertThat(intake.accumulator().pending()).isZero();
        assertThat(intake.accumulator().deadline()).isEmpty();
        assertThat(intake.flush(calls.end())).isEmpty();
    }

    @Property
    void shouldSealEverythingInTheEndWhenTickedAtItsDeadlines(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = new Intake(rules);
        calls.steps().forEach(step -> step.on(intake));
        while (intake.accumulator().deadline().isPresent()) {
            Instant deadline = intake.accumulator().deadline().get();
            int pending = intake.accumulator().pending();

            assertThat(intake.tick(deadline.minusNanos(1))).isEmpty();
            assertThat(intake.tick(deadline)).isNotEmpty();
            assertThat(intake.accumulator().pending()).isLessThan(pending);
        }
        assertThat(intake.accumulator().pending()).isZero();
    }

    @Property
    void shouldLeaveNothingAgedWhenTicked(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = new Intake(rules);
        calls.steps().forEach(step -> step.on(intake));
        Instant now = calls.end().plus(rules.maxAge().dividedBy(2));

        intake.tick(now);

        assertThat(intake.accumulator().deadline().stream()).allMatch(deadline -> deadline.isAfter(now));
    }

    @Property
    void shouldNeverPutItsDeadlineOffUnlessItSeals(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = new Intake(rules);
        for (Step step : calls.steps()) {
            Instant before = intake.accumulator().deadline().orElse(Instant.MAX);
            boolean sealed = step.on(intake).stream().anyMatch(Effect.Sealed.class::isInstance);

            assertThat(sealed || !intake.accumulator().deadline().orElse(Instant.MAX).isAfter(before)).isTrue();
        }
    }

    @Property
    void shouldGiveTheSameEffectsWhenCalledTheSameWay(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        assertThat(flushed(rules, calls).effects).isEqualTo(flushed(rules, calls).effects);
    }

    private static Intake flushed(AccumulatorRules rules, Calls calls) {
        Intake intake = new Intake(rules);
        calls.steps().forEach(step -> step.on(intake));
        intake.flush(calls.end());
        return intake;
    }

    private static String source(Arrival arrival) {
        return arrival.change().event().source();
    }
}
