package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.LiveFact;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.Edited;
import dev.errata.memit.EditResult.TargetCount;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.transformer.CausalLm;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each target is searched once, whatever happens to its fact. */
class KeptTargetsTest {
    private static final LiveFact ANNA = TinyModel.language("Anna Karenina", "Polish");
    private static final LiveFact ANNA_REVISED = TinyModel.language("Anna Karenina", "London");
    private static final LiveFact BORIS = TinyModel.language("Boris Godunov", "Swedish");
    private static final LiveFact NORWAY = TinyModel.capital("Norway", "Rome");
    private static final LiveFact ENDLESS = TinyModel.language("Clara Schumann", "on and on ".repeat(100));
    private static final MemoryTargets KEPT = new MemoryTargets();

    private static CausalLm lm;
    private static Covariance covariance;
    private static Editor editor;

    @BeforeAll
    static void load() {
        lm = TinyModel.load();
        covariance = TinyModel.covariance(lm);
        editor = editor(Double.MAX_VALUE, Anchor.BASE);
    }

    @AfterAll
    static void close() {
        editor.close();
        lm.close();
    }

    @BeforeEach
    void forget() {
        KEPT.clear();
    }

    private static Editor editor(double maxNll, Anchor anchor) {
        return TinyModel.editor(lm, covariance, maxNll, anchor, KEPT);
    }

    private static EditResult edit(LiveFact... facts) {
        return editor.edit(editor.emptyLiveSet(), editor.baseWeights(), List.of(facts), List.of(), Progress.NONE);
    }

    private static Edited after(Edited before, LiveFact... facts) {
        return (Edited) editor.edit(before.live(), before.weights(), List.of(facts), List.of(), Progress.NONE);
    }

    private static TargetCount count(int found, int searched) {
        return new TargetCount(found, searched);
    }

    @Test
    void shouldSearchNothingAgainWhenABatchIsTriedAgain() {
        Edited first = (Edited) edit(ANNA, BORIS);
        Edited again = (Edited) edit(ANNA, BORIS);

        assertThat(first.targets()).isEqualTo(count(0, 2));
        assertThat(again.targets()).isEqualTo(count(2, 0));
        assertThat(again.delta()).isEqualTo(first.delta());
        assertThat(again.pairs()).isEqualTo(first.pairs());
        assertThat(KEPT.size()).isEqualTo(2);
    }

    @Test
    void shouldSearchOnlyWhatIsNewWhenABatchIsCutInTwo() {
        edit(ANNA, BORIS);

        assertThat(edit(ANNA).targets()).isEqualTo(count(1, 0));
        assertThat(edit(NORWAY, BORIS).targets()).isEqualTo(count(1, 1));
    }

    @Test
    void shouldSearchNothingWhenAFactIsRevisedBack() {
        Edited first = (Edited) edit(ANNA, BORIS);
        Edited revised = after(first, ANNA_REVISED);
        Edited back = after(revised, ANNA);

        assertThat(revised.targets()).isEqualTo(count(0, 1));
        assertThat(back.targets()).isEqualTo(count(1, 0));
    }

    @Test
    void shouldSearchOnEditedWeightsWhenTheAnchorIsCurrent() {
        Edited first = (Edited) edit(ANNA);
        try (Editor current = editor(Double.MAX_VALUE, Anchor.CURRENT)) {
            EditResult result = current.edit(first.live(), first.weights(), List.of(BORIS), List.of(), Progress.NONE);

            assertThat(result.targets()).isEqualTo(count(0, 1));
        }
        assertThat(KEPT.size()).as("targets of one batch's weights are of no use to another").isEqualTo(1);
    }

    @Test
    void shouldJudgeAKeptTargetByTodaysLimit() {
        edit(ANNA);
        try (Editor strict = editor(0.01, Anchor.BASE)) {
            EditResult result = strict.edit(strict.emptyLiveSet(), strict.baseWeights(), List.of(ANNA), List.of(), Progress.NONE);

            assertThat(result.targets()).isEqualTo(count(1, 0));
            assertThat(result.rejected()).extracting(EditResult.Rejected::code).containsExactly(Failure.TARGET_NOT_CONVERGED);
        }
        assertThat(edit(ANNA)).isInstanceOf(Edited.class);
    }

    @Test
    void shouldKeepNothingOfAFactThatCannotBeSearched() {
        EditResult result = edit(ENDLESS, ANNA);

        assertThat(result.targets()).isEqualTo(count(0, 1));
        assertThat(result.rejected()).extracting(EditResult.Rejected::fact).containsExactly(ENDLESS);
        assertThat(KEPT.size()).isEqualTo(1);
    }

    @Test
    void shouldReachTheWeightsOfOneBatchWhenItIsRebased() {
        Edited stream = after(after((Edited) edit(ANNA, NORWAY), BORIS), ANNA_REVISED);
        List<LiveFact> live = List.of(NORWAY, BORIS, ANNA_REVISED);
        Edited atOnce = (Edited) edit(NORWAY, BORIS, ANNA_REVISED);

        Edited rebased = (Edited) editor.rebase(live, Progress.NONE);

        assertThat(rebased.targets()).isEqualTo(count(3, 0));
        assertThat(rebased.weights()).isEqualTo(atOnce.weights());
        assertThat(rebased.pairs()).isEqualTo(atOnce.pairs());
        assertThat(rebased.live().pairs()).isEqualTo(stream.live().pairs());
    }

    @Test
    void shouldBeTheBaseModelWhenNothingIsLiveToRebase() {
        assertThat(editor.rebase(List.of(), Progress.NONE)).isInstanceOf(EditResult.Nothing.class);
    }
}
