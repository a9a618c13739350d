package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Batch;
import dev.errata.batch.SealCause;
import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Outcome.Replaced;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EditPlanTest {
    private static final Fate.Rejected SPENT = new Fate.Rejected(Failure.TARGET_NOT_CONVERGED, "spent");
    private static final Fate.Rejected WHOLE = new Fate.Rejected(Failure.GUARD_PERPLEXITY, "whole");

    private final Changes changes = new Changes();
    private final Asserted added = changes.speaks("Anna", "Polish");
    private final Asserted revised = changes.speaks("Boris", "Swedish");
    private final Retracted retracted = changes.retracted("Clara");
    private final Retracted unknown = changes.retracted("Nobody");
    private final Map<FactKey, Live> live = Map.of(
            Changes.key("Boris"), new Live(3, LiveFact.of(changes.speaks("Boris", "Danish"))),
            Changes.key("Clara"), new Live(2, LiveFact.of(changes.speaks("Clara", "German"))),
            Changes.key("Dora"), new Live(1, LiveFact.of(changes.speaks("Dora", "Greek"))));
    private final EditPlan plan = EditPlan.of(batch(added, revised, retracted, unknown), live);

    private static Batch batch(FactChange... members) {
        List<Arrival> arrivals = new ArrayList<>();
        for (FactChange change : members) {
            arrivals.add(new Arrival(change, new Position(1, arrivals.size()), Changes.TIME));
        }
        return Batch.of(arrivals, SealCause.FULL, Changes.TIME);
    }

    private Replaced replaced(String subject) {
        Live was = live.get(Changes.key(subject));
        return new Replaced(was.fact().event(), was.fact().fact().object(), was.version());
    }

    private static List<Fate> fates(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::fate).toList();
    }

    private static Fate.Rejected notLive(List<Outcome> outcomes) {
        Fate.Rejected fate = (Fate.Rejected) outcomes.get(3).fate();
        assertThat(fate.code()).isEqualTo(Failure.FACT_NOT_LIVE);
        return fate;
    }

    @Test
    void shouldWriteWhatIsAssertedAndTakeOutWhatIsLiveWhenItIsRetracted() {
        assertThat(plan.in()).containsExactly(LiveFact.of(added), LiveFact.of(revised));
        assertThat(plan.retracted()).containsExactly(retracted.key());
    }

    @Test
    void shouldGiveEachChangeOneOutcomeInTheOrderOfTheBatchWhenAVersionIsMade() {
        List<Outcome> outcomes = plan.outcomes(7, Map.of());

        assertThat(outcomes).extracting(Outcome::event)
                .containsExactly(added.event(), revised.event(), retracted.event(), unknown.event());
        assertThat(outcomes).extracting(outcome -> outcome.position().offset()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(fates(outcomes)).containsExactly(
                new Fate.Applied(7, Optional.empty()),
                new Fate.Applied(7, Optional.of(replaced("Boris"))),
                new Fate.Applied(7, Optional.of(replaced("Clara"))),
                notLive(outcomes));
    }

    @Test
    void shouldTellItsReasonWhenAFactWasRejected() {
        List<Outcome> outcomes = plan.outcomes(7, Map.of(revised.key(), SPENT));

        assertThat(fates(outcomes)).containsExactly(
                new Fate.Applied(7, Optional.empty()), SPENT, new Fate.Applied(7, Optional.of(replaced("Clara"))), notLive(outcomes));
    }

    @Test
    void shouldTellTheReasonOfTheWholeWhenTheBatchFailed() {
        List<Outcome> outcomes = plan.declined(WHOLE);

        assertThat(fates(outcomes)).containsExactly(WHOLE, WHOLE, WHOLE, notLive(outcomes));
    }

    @Test
    void shouldTellEachReasonWhenEveryChangeWasRejected() {
        EditPlan none = EditPlan.of(batch(added, unknown), live);

        assertThat(fates(none.declined(Map.of(added.key(), SPENT)))).element(0).isEqualTo(SPENT);
        assertThatThrownBy(() -> none.declined(Map.of())).isInstanceOf(IllegalStateException.class).hasMessageContaining("no outcome");
    }
}
