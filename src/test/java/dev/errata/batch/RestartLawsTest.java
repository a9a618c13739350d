package dev.errata.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Traffic.Calls;
import dev.errata.batch.Traffic.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** An accumulator that is thrown away and read out of the log again is no different from one that never was. */
@Domain(Traffic.class)
@Domain(DomainContext.Global.class)
class RestartLawsTest {

    /** What a caller sees of one call. */
    private record Seen(List<Effect> effects, int pending, Optional<Instant> deadline) {
        private static Seen of(Step step, Intake intake) {
            List<Effect> effects = step.on(intake);
            return new Seen(effects, intake.accumulator().pending(), intake.accumulator().deadline());
        }
    }

    @Property(tries = 400)
    void shouldGoOnAsIfNothingHadHappenedWhenRestartedAnywhere(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        List<Step> steps = calls.steps();
        Intake undisturbed = new Intake(rules);
        List<Seen> expected = steps.stream().map(step -> Seen.of(step, undisturbed)).toList();

        for (int at = 0; at < steps.size(); at++) {
            Intake restarted = new Intake(rules);
            steps.subList(0, at).forEach(step -> step.on(restarted));
            restarted.restart();

            for (int i = at; i < steps.size(); i++) {
                assertThat(Seen.of(steps.get(i), restarted)).as("call %d after a restart before call %d", i, at).isEqualTo(expected.get(i));
            }
        }
    }

    @Property
    void shouldGoOnAsIfNothingHadHappenedWhenRestartedAlways(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake undisturbed = new Intake(rules);
        Intake restarted = new Intake(rules);
        for (Step step : calls.steps()) {
            assertThat(Seen.of(step, restarted.restart())).isEqualTo(Seen.of(step, undisturbed));
        }
    }

    @Property
    void shouldKnowEverySealedChangeWhenTheFactsTopicHasForgottenHalf(@ForAll AccumulatorRules rules, @ForAll Calls calls) {
        Intake intake = new Intake(rules);
        calls.steps().forEach(step -> step.on(intake));
        int retained = intake.consumed.size() / 2;

        IntakeHistory shortened = new IntakeHistory();
        intake.consumed.stream().skip(retained).forEach(shortened::consumed);
        intake.outcomes().forEach(shortened::settled);
        intake.batches().forEach(shortened::sealed);

        List<Known> sealed = intake.sealed().stream().map(arrival -> Known.of(arrival.change())).toList();
        assertThat(shortened.memory().known()).containsAll(sealed);
    }

    @Property
    void shouldLoseNothingAndMixNothingWhenRestartedWithAnotherLimit(
            @ForAll AccumulatorRules rules, @ForAll Calls calls, @ForAll @IntRange(min = 1, max = 4) int maxFacts) {
        Intake intake = new Intake(rules);
        int half = calls.steps().size() / 2;
        calls.steps().subList(0, half).forEach(step -> step.on(intake));
        long sealedBefore = intake.batches().count();
        AccumulatorRules other = new AccumulatorRules(maxFacts, rules.maxAge(), rules.conflict());

        intake.restart(other);
        calls.steps().subList(half, calls.steps().size()).forEach(step -> step.on(intake));
        intake.flush(calls.end());

        long ends = intake.outcomes().count() + intake.sealed().size();
        assertThat(ends).isEqualTo(intake.consumed.size());
        assertThat(intake.batches().skip(sealedBefore)).allMatch(batch -> batch.arrivals().size() <= maxFacts);
    }
}
