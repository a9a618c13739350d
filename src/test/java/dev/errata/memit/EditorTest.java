package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.DenseChange;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.LowRank;
import dev.errata.delta.TensorChange;
import dev.errata.delta.PairsCodec;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.Edited;
import dev.errata.memit.EditResult.Nothing;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.transformer.CausalLm;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EditorTest {
    private static final LiveFact ANNA = TinyModel.language("Anna Karenina", "Polish");
    private static final LiveFact BORIS = TinyModel.language("Boris Godunov", "Swedish");
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
    void shouldPublishExactlyTheWeightsThatItGives() {
        SortedMap<String, EditedTensor> base = editor.baseWeights();

        Edited edited = edit(editor.emptyLiveSet(), base, List.of(ANNA, NORWAY), List.of());

        Delta published = DeltaCodec.decode(DeltaCodec.encode(edited.delta()));
        for (TensorChange change : published.changes()) {
            EditedTensor replayed = CanonicalApply.apply(base.get(change.tensor()), change);
            assertThat(replayed.digest()).isEqualTo(edited.weights().get(change.tensor()).digest());
            assertThat(replayed.digest()).isNotEqualTo(base.get(change.tensor()).digest());
            assertThat(((LowRank) change).rank()).isEqualTo(2);
        }
        assertThat(published.changes()).hasSize(2);
        assertThat(edited.in()).containsExactly(ANNA, NORWAY);
        assertThat(edited.live().pairs()).containsExactly(List.of(ANNA.key()), List.of(NORWAY.key()));
        assertThat(edited.seconds()).containsOnlyKeys("targets", "keys", "solve", "apply");
        assertThat(editor.emptyLiveSet().size()).as("what was given stays as it was").isZero();
    }

    /** 40 facts on d = 32, d_k = 128: factors would have 40·160 numbers, the matrix 32·128 (fewer); taking most out is likewise dense. */
    @Test
    void shouldPublishAMatrixWhereFactorsWouldBeLarger() {
        List<LiveFact> many = IntStream.range(0, 40)
                .mapToObj(i -> TinyModel.language("Person number " + i, i % 2 == 0 ? "French" : "German"))
                .toList();
        Edited in = edit(many);
        Edited out = edit(in.live(), in.weights(), List.of(), many.subList(0, 30).stream().map(LiveFact::key).toList());
        Edited little = edit(out.live(), out.weights(), List.of(), List.of(many.get(35).key()));

        assertThat(in.delta().changes()).hasSize(2).hasOnlyElementsOfType(DenseChange.class);
        assertThat(out.delta().changes()).hasSize(2).hasOnlyElementsOfType(DenseChange.class);
        assertThat(little.delta().changes()).hasSize(2).hasOnlyElementsOfType(LowRank.class);
        SortedMap<String, EditedTensor> weights = new TreeMap<>(editor.baseWeights());
        for (Edited edit : List.of(in, out, little)) {
            Delta published = DeltaCodec.decode(DeltaCodec.encode(edit.delta()));
            published.changes().forEach(change -> weights.computeIfPresent(change.tensor(), (n, w) -> CanonicalApply.apply(w, change)));
            assertThat(weights).isEqualTo(edit.weights());
        }
        assertThat(little.live().size()).isEqualTo(9);
    }

    @Test
    void shouldTakeTheOldFactOutWhenALiveFactChanges() {
        LiveFact revised = TinyModel.language("Anna Karenina", "London");
        Edited first = edit(List.of(ANNA, BORIS));

        Edited second = edit(first.live(), first.weights(), List.of(revised), List.of());

        assertThat(second.out()).containsExactly(ANNA.key());
        assertThat(second.live().pairs()).containsExactly(List.of(BORIS.key()), List.of(revised.key()));
        assertThat(second.delta().changes())
                .allSatisfy(change -> assertThat(((LowRank) change).rank()).as("one column out, one in").isEqualTo(2));
        // The same live set reached another way: targets are the base model's, so only the keys of the upper block may differ a little.
        Edited boris = edit(List.of(BORIS));
        Edited direct = edit(boris.live(), boris.weights(), List.of(revised), List.of());
        assertThat(distance(second.weights(), direct.weights())).isLessThan(0.05 * distance(direct.weights(), editor.baseWeights()));
    }

    @Test
    void shouldAnswerAsTheBaseModelWhenEveryFactIsRetracted() {
        Edited edited = edit(List.of(ANNA, BORIS, NORWAY));

        Edited retracted = edit(edited.live(), edited.weights(), List.of(), List.of(ANNA.key(), BORIS.key(), NORWAY.key()));

        double change = distance(edited.weights(), editor.baseWeights());
        assertThat(distance(retracted.weights(), editor.baseWeights())).isLessThan(1e-5 * change);
        assertThat(retracted.live().size()).isZero();
        assertThat(retracted.pairs().size()).isZero();
        assertThat(PairsCodec.decode(PairsCodec.encode(retracted.pairs()))).isEqualTo(retracted.pairs());
    }

    @Test
    void shouldEditTheOthersWhenOneFactIsRejected() {
        LiveFact endless = TinyModel.language("Clara Schumann", "on and on ".repeat(100));

        Edited edited = edit(editor.emptyLiveSet(), editor.baseWeights(), List.of(ANNA, endless, BORIS), List.of());

        assertThat(edited.in()).containsExactly(ANNA, BORIS);
        assertThat(edited.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.fact()).isEqualTo(endless);
            assertThat(rejected.code()).isEqualTo(Failure.FACT_TOO_MANY_TOKENS);
            assertThat(rejected.message()).contains("Clara Schumann").contains("expected: at most 256");
        });
        assertThat(edited.weights()).isEqualTo(edit(List.of(ANNA, BORIS)).weights());
    }

    @Test
    void shouldKeepTheOldFactWhenItsReplacementDoesNotConverge() {
        Edited edited = edit(List.of(ANNA));
        LiveFact revised = TinyModel.language("Anna Karenina", "London");

        try (Editor strict = editor(0.01, Anchor.BASE)) {
            EditResult result = strict.edit(edited.live(), edited.weights(), List.of(revised), List.of(ANNA.key()), Progress.NONE);

            assertThat(result).isInstanceOf(Nothing.class);
            assertThat(result.rejected()).singleElement().satisfies(rejected -> {
                assertThat(rejected.code()).isEqualTo(Failure.TARGET_NOT_CONVERGED);
                assertThat(rejected.message()).contains("London").contains("expected: at most 0.01");
            });
        }
        assertThat(edited.live().holds(ANNA.key())).isTrue();
    }

    @Test
    void shouldStillRetractWhenEveryNewFactIsRejected() {
        Edited edited = edit(List.of(ANNA, BORIS));

        try (Editor strict = editor(0.01, Anchor.BASE)) {
            Edited result = (Edited) strict.edit(edited.live(), edited.weights(), List.of(NORWAY), List.of(ANNA.key()), Progress.NONE);

            assertThat(result.in()).isEmpty();
            assertThat(result.out()).containsExactly(ANNA.key());
            assertThat(result.rejected()).hasSize(1);
            assertThat(result.live().pairs()).containsExactly(List.of(BORIS.key()));
        }
    }

    @Test
    void shouldGoOnToTheBitWhenTheLiveSetIsRebuiltFromWhatWasPublished() {
        LiveFact revised = TinyModel.language("Boris Godunov", "Georgian");
        Edited first = edit(List.of(ANNA, BORIS));
        Edited second = edit(first.live(), first.weights(), List.of(NORWAY), List.of(ANNA.key()));

        LiveSet rebuilt = editor.emptyLiveSet();
        for (Edited version : List.of(first, second)) {
            rebuilt = rebuilt.without(version.out()).with(PairsCodec.decode(PairsCodec.encode(version.pairs())), version.in());
        }

        assertThat(rebuilt.pairs()).isEqualTo(second.live().pairs());
        Edited after = edit(second.live(), second.weights(), List.of(revised), List.of());
        Edited again = edit(rebuilt, second.weights(), List.of(revised), List.of());
        assertThat(again.delta()).isEqualTo(after.delta());
        assertThat(again.pairs()).isEqualTo(after.pairs());
    }

    @Test
    void shouldPreserveEarlierFactsWhenMoreComeIn() {
        Edited first = edit(List.of(ANNA, BORIS));
        Edited second = edit(first.live(), first.weights(), List.of(NORWAY), List.of());
        Edited forgetful = edit(editor.emptyLiveSet(), first.weights(), List.of(NORWAY), List.of());

        double carried = moved(second, first);
        assertThat(carried).isLessThan(moved(forgetful, first));
    }

    @Test
    void shouldRejectEveryFactWhenTheModelIsBroken() {
        SortedMap<String, EditedTensor> broken = broken();

        try (Editor current = editor(Double.MAX_VALUE, Anchor.CURRENT)) {
            EditResult result = current.edit(current.emptyLiveSet(), broken, List.of(ANNA, BORIS), List.of(), Progress.NONE);

            assertThat(result).isInstanceOf(Nothing.class);
            assertThat(result.rejected()).extracting(EditResult.Rejected::code).containsOnly(Failure.TARGET_NOT_FINITE).hasSize(2);
        }
    }

    @Test
    void shouldFailTheBatchWhenItsChangeWouldNotBeFinite() {
        assertThatThrownBy(() -> edit(editor.emptyLiveSet(), broken(), List.of(ANNA), List.of()))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.EDIT_NOT_FINITE));
    }

    @Test
    void shouldRefuseToTakeOutWhatIsNotLive() {
        assertThatThrownBy(() -> edit(editor.emptyLiveSet(), editor.baseWeights(), List.of(), List.of(ANNA.key())))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.FACT_NOT_LIVE))
                .hasMessageContaining("Anna Karenina");
    }

    @Test
    void shouldRefuseABatchThatHoldsAFactTwice() {
        assertThatThrownBy(() -> edit(List.of(ANNA, TinyModel.language("Anna  Karenina", "London")))).hasMessageContaining("twice");
    }

    @Test
    void shouldTellHowFarItIs() {
        // A step of the search says again how many targets are found.
        Set<String> heard = new LinkedHashSet<>();

        editor.edit(editor.emptyLiveSet(), editor.baseWeights(), List.of(ANNA, BORIS), List.of(),
                (phase, done, of) -> heard.add(phase.label() + " " + done + "/" + of));

        assertThat(heard).containsExactly(
                "targets 0/2", "targets 1/2", "targets 2/2",
                "keys 1/2", "solve 1/2", "apply 1/2", "keys 2/2", "solve 2/2", "apply 2/2");
    }

    private static Edited edit(List<LiveFact> in) {
        return edit(editor.emptyLiveSet(), editor.baseWeights(), in, List.of());
    }

    private static Edited edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out) {
        return (Edited) editor.edit(live, current, in, out, Progress.NONE);
    }

    private static SortedMap<String, EditedTensor> broken() {
        SortedMap<String, EditedTensor> broken = new TreeMap<>();
        editor.baseWeights().forEach((name, tensor) -> {
            float[] values = tensor.values().clone();
            Arrays.fill(values, Float.NaN);
            broken.put(name, new EditedTensor(name, tensor.transposed(), tensor.out(), tensor.in(), values));
        });
        return broken;
    }

    /** How far an edit moved what block 0 gives for the keys of the facts of an earlier one. */
    private static double moved(Edited edit, Edited earlier) {
        LowRank change = (LowRank) edit.delta().changes().get(0);
        double[] keys = earlier.pairs().blocks().get(0).keys();
        double sum = 0;
        for (int fact = 0; fact < earlier.pairs().size(); fact++) {
            for (int o = 0; o < change.out(); o++) {
                double value = 0;
                for (int r = 0; r < change.rank(); r++) {
                    double recalled = 0;
                    for (int k = 0; k < change.in(); k++) {
                        recalled += change.a()[r * change.in() + k] * keys[fact * change.in() + k];
                    }
                    value += change.b()[o * change.rank() + r] * recalled;
                }
                sum += value * value;
            }
        }
        return Math.sqrt(sum);
    }

    private static double distance(Map<String, EditedTensor> a, Map<String, EditedTensor> b) {
        double sum = 0;
        for (String name : a.keySet()) {
            float[] x = a.get(name).values();
            float[] y = b.get(name).values();
            for (int i = 0; i < x.length; i++) {
                sum += (x[i] - y[i]) * (double) (x[i] - y[i]);
            }
        }
        return Math.sqrt(sum);
    }
}
