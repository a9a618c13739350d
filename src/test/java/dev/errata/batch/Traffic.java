package dev.errata.batch;

import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Position;
import dev.errata.fact.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/**
 * Random calls to an accumulator, from so few subjects, relations, objects, sources and event ids that they collide all the time. The
 * sources are unruly: they resend events with other content, go back in revision, and give a number at one time and none at another.
 */
final class Traffic extends DomainContextBase {

    /** One call. */
    sealed interface Step {
        List<Effect> on(Intake intake);
    }

    record Accept(Arrival arrival) implements Step {
        @Override
        public List<Effect> on(Intake intake) {
            return intake.accept(arrival);
        }
    }

    record Tick(Instant now) implements Step {
        @Override
        public List<Effect> on(Intake intake) {
            return intake.tick(now);
        }
    }

    record Flush(Instant now) implements Step {
        @Override
        public List<Effect> on(Intake intake) {
            return intake.flush(now);
        }
    }

    /** Calls in their order, and the time after the last of them. */
    record Calls(List<Step> steps, Instant end) {}

    @Provide
    Arbitrary<AccumulatorRules> rules() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(0, 8).map(Duration::ofSeconds),
                        Arbitraries.of(ConflictRule.class))
                .as(AccumulatorRules::new);
    }

    @Provide
    Arbitrary<Calls> calls() {
        Arbitrary<Draft> drafts = Combinators.combine(
                        Arbitraries.frequencyOf(Tuple.of(16, changes()), Tuple.of(3, Arbitraries.just(Draft.TICK)),
                                Tuple.of(1, Arbitraries.just(Draft.FLUSH))),
                        Arbitraries.integers().between(0, 2))
                .as(Draft::after);
        // Edge cases are short lists of equal elements: not where the trouble is.
        return drafts.list().ofMinSize(1).ofMaxSize(40).withSizeDistribution(RandomDistribution.uniform()).withoutEdgeCases()
                .map(Traffic::calls);
    }

    private static Arbitrary<Draft> changes() {
        Arbitrary<EventId> events = Combinators.combine(Arbitraries.of("a", "b", "c"), Arbitraries.integers().between(0, 40))
                .as((source, id) -> new EventId(source, "" + id));
        Arbitrary<String> subjects = Arbitraries.of("x", " x", "y", "z", "z\u00a0");
        Arbitrary<String> relations = Arbitraries.of("r", "q");
        Arbitrary<Revision> revisions = revisions();
        Arbitrary<FactChange> asserted = Combinators.combine(events, subjects, relations, Arbitraries.of("o", "p", "p "), revisions)
                .as(Arrivals::assertion);
        Arbitrary<FactChange> retracted = Combinators.combine(events, subjects, relations, revisions).as(Retracted::new);
        return Arbitraries.frequencyOf(Tuple.of(5, asserted), Tuple.of(1, retracted)).map(change -> new Draft(change, false, 0));
    }

    private static Arbitrary<Revision> revisions() {
        Arbitrary<Instant> times = Arbitraries.integers().between(0, 6).map(Arrivals.START::plusSeconds);
        Arbitrary<Revision> numbered = Combinators.combine(Arbitraries.longs().between(0, 6), times).as(Revision::number);
        return Arbitraries.frequencyOf(Tuple.of(3, numbered), Tuple.of(1, times.map(Revision::at)));
    }

    /** A call before it has a position and a time; without a change it is a tick or a flush. */
    private record Draft(FactChange change, boolean flush, int seconds) {
        private static final Draft TICK = new Draft(null, false, 0);
        private static final Draft FLUSH = new Draft(null, true, 0);

        private Draft after(int pause) {
            return new Draft(change, flush, pause);
        }
    }

    private static Calls calls(List<Draft> drafts) {
        List<Step> steps = new ArrayList<>();
        Instant now = Arrivals.START;
        for (Draft draft : drafts) {
            now = now.plusSeconds(draft.seconds());
            if (draft.change() != null) {
                steps.add(new Accept(new Arrival(draft.change(), new Position(0, steps.size()), now)));
            } else {
                steps.add(draft.flush() ? new Flush(now) : new Tick(now));
            }
        }
        return new Calls(steps, now);
    }
}
