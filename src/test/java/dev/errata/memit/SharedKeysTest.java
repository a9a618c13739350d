package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.fact.FactKey;
import dev.errata.memit.EditResult.Edited;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.transformer.CausalLm;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several facts of one subject for which the model has one key: one target and one pair between them (live-set.md §4). */
class SharedKeysTest {
    private static final LiveFact SPEAKS = TinyModel.language("Anna Karenina", "Polish");
    private static final LiveFact BORN = TinyModel.birthplace("Anna Karenina", "Rome");
    private static final LiveFact NORWAY = TinyModel.capital("Norway", "Rome");

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

    private static Editor editor(double maxNll, Anchor anchor) {
        return TinyModel.editor(lm, covariance, maxNll, anchor, TargetStore.NONE);
    }

    @Test
    void shouldWriteOnePairWhenTwoFactsOfABatchShareAKey() {
        Edited edited = fromBase(List.of(SPEAKS, NORWAY, BORN));

        assertThat(edited.live().pairs()).containsExactly(List.of(SPEAKS.key(), BORN.key()), List.of(NORWAY.key()));
        assertThat(edited.in()).containsExactly(SPEAKS, NORWAY, BORN);
        assertThat(edited.rewritten()).isEmpty();
        assertThat(edited.targets()).isEqualTo(new EditResult.TargetCount(0, 2));
    }

    @Test
    void shouldWriteALiveFactAnewWhenAnotherComesThatSharesItsKey() {
        Edited first = fromBase(List.of(SPEAKS, NORWAY));

        Edited second = after(first, List.of(BORN), List.of());

        assertThat(second.in()).containsExactly(BORN);
        assertThat(second.out()).isEmpty();
        assertThat(second.rewritten()).containsExactly(SPEAKS.key());
        assertThat(second.live().pairs()).containsExactly(List.of(NORWAY.key()), List.of(BORN.key(), SPEAKS.key()));
        assertClose(second.weights(), fromBase(List.of(NORWAY, SPEAKS, BORN)).weights());
    }

    @Test
    void shouldWriteWhatStaysAnewWhenOneOfAPairGoes() {
        Edited both = fromBase(List.of(SPEAKS, BORN, NORWAY));

        Edited one = after(both, List.of(), List.of(SPEAKS.key()));

        assertThat(one.out()).containsExactly(SPEAKS.key());
        assertThat(one.rewritten()).containsExactly(BORN.key());
        assertThat(one.live().pairs()).containsExactly(List.of(NORWAY.key()), List.of(BORN.key()));
        assertClose(one.weights(), fromBase(List.of(NORWAY, BORN)).weights());
    }

    @Test
    void shouldReplaceOneFactOfAPairAndKeepTheOther() {
        LiveFact revised = TinyModel.language("Anna Karenina", "Georgian");
        Edited both = fromBase(List.of(SPEAKS, BORN));

        Edited second = after(both, List.of(revised), List.of());

        assertThat(second.out()).containsExactly(SPEAKS.key());
        assertThat(second.rewritten()).containsExactly(BORN.key());
        assertClose(second.weights(), fromBase(List.of(revised, BORN)).weights());
    }

    @Test
    void shouldLeaveAPairAloneWhenTheFactThatComesHasNoTarget() {
        LiveFact endless = TinyModel.birthplace("Anna Karenina", "Rome ".repeat(80));
        Edited first = fromBase(List.of(SPEAKS));

        EditResult result = editor.edit(first.live(), first.weights(), List.of(endless, NORWAY), List.of(), Progress.NONE);

        Edited second = (Edited) result;
        assertThat(second.in()).containsExactly(NORWAY);
        assertThat(second.rewritten()).isEmpty();
        assertThat(second.rejected()).extracting(EditResult.Rejected::fact).containsExactly(endless);
        assertThat(second.live().pairs()).containsExactly(List.of(SPEAKS.key()), List.of(NORWAY.key()));
    }

    @Test
    void shouldTurnAFactDownAndKeepThePairWhenTheTwoDoNotConvergeTogether() {
        Edited first = fromBase(List.of(SPEAKS));
        try (Editor strict = editor(1e-3, Anchor.BASE)) {
            EditResult result = strict.edit(first.live(), first.weights(), List.of(BORN), List.of(), Progress.NONE);

            assertThat(result).isInstanceOf(EditResult.Nothing.class);
            assertThat(result.rejected()).hasSize(1);
        }
    }

    @Test
    void shouldComeToTheSameLiveSetFromWhatWasPublished() {
        Edited first = fromBase(List.of(SPEAKS, NORWAY));
        Edited second = after(first, List.of(BORN), List.of());
        Edited third = after(second, List.of(), List.of(SPEAKS.key()));

        LiveSet rebuilt = editor.emptyLiveSet();
        for (Edited edit : List.of(first, second, third)) {
            PayloadRef none = new PayloadRef(0, "", List.of());
            Version.Change.Edited published = new Version.Change.Edited(edit.in(), edit.out(), edit.rewritten(), none, none);
            rebuilt = rebuilt.after(published, PairsCodec.decode(PairsCodec.encode(edit.pairs())));
        }

        assertThat(rebuilt.facts()).isEqualTo(third.live().facts());
        LiveFact next = TinyModel.language("Anna Karenina", "Georgian");
        Edited once = (Edited) editor.edit(rebuilt, third.weights(), List.of(next), List.of(), Progress.NONE);
        assertThat(once.delta()).isEqualTo(after(third, List.of(next), List.of()).delta());
    }

    @Test
    void shouldGiveEachFactItsPairWhenTargetsAreSearchedOnEditedWeights() {
        try (Editor reference = editor(Double.MAX_VALUE, Anchor.CURRENT)) {
            Edited edited = (Edited) reference.edit(
                    reference.emptyLiveSet(), reference.baseWeights(), List.of(SPEAKS, BORN), List.of(), Progress.NONE);

            assertThat(edited.live().pairs()).containsExactly(List.of(SPEAKS.key()), List.of(BORN.key()));
        }
    }

    private static Edited fromBase(List<LiveFact> in) {
        return (Edited) editor.edit(editor.emptyLiveSet(), editor.baseWeights(), in, List.of(), Progress.NONE);
    }

    private static Edited after(Edited earlier, List<LiveFact> in, List<FactKey> out) {
        return (Edited) editor.edit(earlier.live(), earlier.weights(), in, out, Progress.NONE);
    }

    /** But for rounding, and for keys that were read while other facts lay below (live-set.md §5). */
    private static void assertClose(SortedMap<String, EditedTensor> ours, SortedMap<String, EditedTensor> expected) {
        SortedMap<String, EditedTensor> base = editor.baseWeights();
        ours.forEach((name, tensor) -> {
            double apart = 0;
            double change = 0;
            for (int i = 0; i < tensor.values().length; i++) {
                apart += Math.pow(tensor.values()[i] - expected.get(name).values()[i], 2);
                change += Math.pow(expected.get(name).values()[i] - base.get(name).values()[i], 2);
            }
            assertThat(Math.sqrt(apart / change)).as(name).isLessThan(0.05);
        });
    }
}
