package dev.errata.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Effect.Forgotten;
import dev.errata.fact.Arrival;
import dev.errata.fact.Outcome.Fate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The promise about duplicates and old revisions is bounded, and this is the bound. */
class ForgettingTest {
    private final Arrivals arrivals = new Arrivals();

    private static Intake remembering(int events, int ofKey, int maxFacts) {
        return new Intake(new AccumulatorRules(maxFacts, Duration.ofSeconds(5), ConflictRule.LATER, events, ofKey));
    }

    private static List<String> forgotten(List<Effect> effects) {
        return effects.stream()
                .filter(Forgotten.class::isInstance)
                .map(effect -> ((Forgotten) effect).event().toString())
                .toList();
    }

    @Test
    void shouldKnowTheLastEventsAndNoOlderOne() {
        Intake intake = remembering(2, 10, 1);
        List.of("a#1", "a#2").forEach(event -> assertThat(forgotten(intake.accept(arrivals.asserted(event, event, "o")))).isEmpty());

        assertThat(forgotten(intake.accept(arrivals.asserted("a#3", "x", "o")))).containsExactly("a#1");

        Arrival known = arrivals.asserted("a#2", "a#2", "o");
        assertThat(Intake.fate(intake.accept(known), known)).isEqualTo(new Fate.Duplicate());
        Arrival forgotten = arrivals.asserted("a#1", "a#1", "o");
        assertThat(Intake.keeps(intake.accept(forgotten), forgotten)).isTrue();
    }

    @Test
    void shouldNotKnowARevisionAnyMoreWhenItsEventIsForgotten() {
        Intake intake = remembering(2, 10, 1);
        intake.accept(arrivals.asserted("a#1", "x", "r", "o", 7));
        intake.accept(arrivals.asserted("a#2", "y", "o"));
        Arrival older = arrivals.asserted("a#3", "x", "r", "p", 6);
        assertThat(Intake.fate(intake.accept(older), older)).isInstanceOf(Fate.Superseded.class);

        // With that event the one with revision 7 was forgotten: what is left of the key says 6.
        Arrival next = arrivals.asserted("a#4", "x", "r", "p", 6);
        assertThat(Intake.keeps(intake.accept(next), next)).isTrue();
    }

    @Test
    void shouldNeverForgetWhatIsPending() {
        Intake intake = remembering(1, 1, 10);
        intake.accept(arrivals.asserted("a#1", "x", "o"));
        intake.accept(arrivals.asserted("b#1", "x", "o"));
        intake.accept(arrivals.asserted("a#2", "y", "o"));

        assertThat(forgotten(intake.effects)).isEmpty();
        assertThat(intake.accumulator().pending()).isEqualTo(3);

        intake.flush(arrivals.after(1));
        assertThat(forgotten(intake.accept(arrivals.asserted("a#3", "z", "o")))).containsExactly("a#1", "b#1", "a#2");
    }

    @Test
    void shouldForgetOfOneKeyWhatIsTooMuchOfIt() {
        Intake intake = remembering(100, 3, 1);
        intake.accept(arrivals.asserted("a#0", "other", "o"));
        for (int i = 1; i <= 5; i++) {
            intake.accept(arrivals.asserted("a#" + i, "x", "r", "o" + i, i));
        }

        assertThat(forgotten(intake.effects)).containsExactly("a#1", "a#2");
    }
}
