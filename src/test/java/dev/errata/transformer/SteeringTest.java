package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits and gradients are those of a whole forward pass of each row alone, by the engine's own tape. */
@ParameterizedClass
@ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
class SteeringTest {
    private static final long[] SHARED = {34, 369, 315};
    private static CausalLm model;

    @Parameter
    private String name;

    @BeforeParameterizedClassInvocation
    static void load(String name) {
        model = CausalLm.load(ModelDirectory.original(name), Device.cpu());
    }

    @AfterParameterizedClassInvocation
    static void close() {
        model.close();
    }

    /** What a row gives: logits of its scored positions, and the gradient of their sum with these weights in its change. */
    private record Expected(float[] logits, float[] gradient) {}

    private static Expected alone(SteeredRow row, int from, float[] change, float[] weights, Overlay overlay) {
        try (NDManager m = model.manager().newSubManager(); Tape tape = Tape.open()) {
            TokenRows tokens = TokenRows.of(row.ids());
            Attention attention = model.attention(tokens, m);
            NDArray below = model.blocks(0, from, model.embed(tokens, m), attention, overlay, Tap.NONE);
            NDArray delta = m.create(change);
            delta.setRequiresGradient(true);
            float[] where = new float[row.ids().length];
            where[row.at()] = 1;
            NDArray changed = below.add(m.create(where, new Shape(1, where.length, 1)).mul(delta));
            NDArray hidden = model.blocks(from, row.until() + 1, changed, attention, overlay, Tap.NONE);
            int[] rows = new int[row.scored()];
            int[] positions = IntStream.range(where.length - row.scored(), where.length).toArray();
            NDArray logits = model.head(States.at(hidden, rows, positions));
            tape.backward(logits.mul(m.create(weights, logits.getShape())).sum());
            return new Expected(logits.toFloatArray(), delta.getGradient().toFloatArray());
        }
    }

    private static void assertAsAlone(int from, List<SteeredRow> rows, int[] kept, Overlay overlay) {
        Random random = new Random(5);
        int width = model.config().width();
        int vocabulary = model.config().vocabulary();
        try (SharedPrefixes prefixes = SharedPrefixes.of(model, List.of(SHARED, new long[0]), overlay);
                Steering steering = Steering.enter(model, from, rows, prefixes, overlay)) {
            for (int step = 0; step < 3; step++) {
                List<SteeredRow> left = rows;
                if (step == 2) {
                    steering.keep(kept);
                    left = Arrays.stream(kept).mapToObj(rows::get).toList();
                }
                float[] changes = normal(random, left.size() * width, 0.5);
                int scored = left.stream().mapToInt(SteeredRow::scored).sum();
                float[] weights = normal(random, scored * vocabulary, 0.1);
                NDArray logits = steering.logits(changes);
                float[] read = logits.toFloatArray();
                float[] gradient = steering.gradient(logits.getManager().create(weights, logits.getShape()));
                int at = 0;
                for (int row = 0; row < left.size(); row++) {
                    int to = at + left.get(row).scored() * vocabulary;
                    Expected expected = alone(
                            left.get(row), from, Arrays.copyOfRange(changes, row * width, (row + 1) * width),
                            Arrays.copyOfRange(weights, at, to), overlay);
                    assertClose(Arrays.copyOfRange(read, at, to), expected.logits(), "step " + step + " logits of row " + row);
                    float[] ours = Arrays.copyOfRange(gradient, row * width, (row + 1) * width);
                    assertClose(ours, expected.gradient(), "step " + step + " gradient of row " + row);
                    at = to;
                }
                assertThat(read).hasSize(at);
            }
        }
    }

    /** Relative to the largest: single numbers near 0 are differences of others. The two ways use different libraries for products. */
    private static void assertClose(float[] ours, float[] expected, String what) {
        float largest = 1e-3f;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(ours).as(what).containsExactly(expected, within(1e-4f * largest));
    }

    private static float[] normal(Random random, int size, double scale) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    /** A row of random tokens, behind the shared prefix if it has more than that before the change. */
    private static SteeredRow row(Random random, int length, int at, int scored, int until) {
        long[] ids = random.longs(length, 5, 400).toArray();
        boolean shares = at > SHARED.length && random.nextBoolean();
        if (shares) {
            System.arraycopy(SHARED, 0, ids, 0, SHARED.length);
        }
        return new SteeredRow(ids, at, scored, until, shares ? 0 : 1);
    }

    private static List<SteeredRow> prompts(int until) {
        Random random = new Random(3);
        List<SteeredRow> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rows.add(row(random, 9 + i % 3, 5 + i % 3, 2, until));
        }
        for (int i = 0; i < 3; i++) {
            rows.add(row(random, 5 + i, 4 + i, 1, until));
        }
        rows.add(row(random, 4, 0, 4, until));
        rows.add(row(random, 3, 0, 2, until));
        rows.add(row(random, 1, 0, 1, until));
        return rows;
    }

    private static List<SteeredRow> essences(int until) {
        Random random = new Random(4);
        return List.of(row(random, 3, 2, 1, until), row(random, 7, 6, 1, until));
    }

    private static List<SteeredRow> all(int promptsUntil) {
        List<SteeredRow> all = new ArrayList<>(prompts(promptsUntil));
        all.addAll(essences(model.config().blocks() - 1));
        return all;
    }

    @Test
    void shouldGiveWhatEachRowGivesAloneWhenAllAreReadBehindTheLastBlock() {
        assertAsAlone(1, all(3), new int[] {0, 2, 4, 8, 10, 11, 12}, Overlay.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldGiveWhatEachRowGivesAloneWhereverTheChangeIs(int from) {
        assertAsAlone(from, all(3), new int[] {1, 5, 6, 9}, Overlay.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldGiveWhatEachRowGivesAloneWhenPromptsAreReadEarlier(int until) {
        assertAsAlone(1, all(until), new int[] {0, 3, 7, 11}, Overlay.NONE);
    }

    @Test
    void shouldGiveWhatEachRowGivesAloneWhenThereIsOne() {
        assertAsAlone(2, prompts(3).subList(0, 1), new int[] {0}, Overlay.NONE);
        assertAsAlone(2, essences(3).subList(0, 1), new int[] {0}, Overlay.NONE);
    }

    @Test
    void shouldSeeEditedTensorsBelowAndAboveTheChange() {
        float[] below = model.tensor(0);
        float[] above = model.tensor(2);
        Random random = new Random(6);
        for (int i = 0; i < below.length; i++) {
            below[i] += 0.05f * (float) random.nextGaussian();
            above[i] += 0.05f * (float) random.nextGaussian();
        }
        try (Overlay overlay = Overlay.of(model, Map.of(0, below, 2, above))) {
            assertAsAlone(1, all(3), new int[] {0, 1, 11}, overlay);
        }
    }

    @Test
    void shouldLeaveNothingOnTheDeviceWhenItIsClosed() {
        int before = model.manager().getManagedArrays().size();
        assertAsAlone(1, all(3), new int[] {0, 12}, Overlay.NONE);
        assertThat(model.manager().getManagedArrays()).hasSize(before);
    }

    @Test
    void shouldRefuseARowThatIsReadBeforeItIsChanged() {
        assertThatThrownBy(() -> new SteeredRow(new long[] {1, 2, 3}, 2, 2, 3, 0)).hasMessageContaining("at: 2, scored: 2");
    }
}
