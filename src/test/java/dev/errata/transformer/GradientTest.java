package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gradient flows back from logits, through blocks that may be edited, to what was added to a hidden state. */
@ParameterizedClass
@ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
class GradientTest {
    private static final int POSITION = 2;
    private static final long[] FIRST = {34, 369, 315, 66, 268};
    private static final long[] SECOND = {49, 274, 284, 268};

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

    /** Log-probability of token 7 at the end of both rows, with δ added to block 0's output. */
    private static NDArray objective(NDArray delta, Overlay overlay, NDManager m) {
        TokenRows rows = TokenRows.of(List.of(FIRST, SECOND), 0);
        Attention attention = model.attention(rows, m);
        NDArray hidden = model.block(0, model.embed(rows, m), attention, Overlay.NONE, Tap.NONE);
        float[] where = new float[2 * rows.width()];
        where[POSITION] = 1;
        where[rows.width() + POSITION] = 1;
        NDArray added = hidden.add(m.create(where, new Shape(2, rows.width(), 1)).mul(delta));
        NDArray last = model.blocks(1, model.config().blocks(), added, attention, overlay, Tap.NONE);
        return model.head(States.at(last, rows.last())).logSoftmax(-1).get(":, 7").sum();
    }

    private static double value(float[] delta, Overlay overlay) {
        try (NDManager m = model.manager().newSubManager()) {
            return objective(m.create(delta), overlay, m).getFloat();
        }
    }

    private static float[] gradient(float[] at, Overlay overlay) {
        return gradient(at, overlay, () -> {});
    }

    private static float[] gradient(float[] at, Overlay overlay, Runnable beforeIt) {
        try (NDManager m = model.manager().newSubManager();
                Tape collector = Tape.open()) {
            NDArray delta = m.create(at);
            delta.setRequiresGradient(true);
            NDArray objective = objective(delta, overlay, m);
            beforeIt.run();
            collector.backward(objective);
            return delta.getGradient().toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAgreeWithDifferencesWhenAGradientIsTaken(long seed) {
        Random random = new Random(seed);
        float[] edited = model.tensor(2);
        for (int i = 0; i < edited.length; i++) {
            edited[i] += 0.05f * (float) random.nextGaussian();
        }
        try (Overlay overlay = Overlay.of(model, Map.of(2, edited))) {
            for (Overlay weights : List.of(Overlay.NONE, overlay)) {
                float[] at = normal(random, 0.3);
                float[] direction = normal(random, 1);
                double step = 1e-2;
                double difference = (value(along(at, direction, step), weights) - value(along(at, direction, -step), weights)) / (2 * step);
                double slope = 0;
                float[] gradient = gradient(at, weights);
                for (int i = 0; i < direction.length; i++) {
                    slope += gradient[i] * (double) direction[i];
                }
                assertThat(slope).as("seed %d", seed).isCloseTo(difference, within(1e-3 + 5e-3 * Math.abs(difference)));
                assertThat(Math.abs(slope)).isGreaterThan(1e-2);
            }
        }
    }

    /**
     * An array made from Java numbers lies in Java's memory, which may be used again once the array is closed; the engine's tape does not
     * hold it.
     */
    @Test
    void shouldGiveTheSameGradientWhenFreedMemoryIsUsedAgainBeforeIt() {
        float[] at = normal(new Random(4), 0.3);
        float[] undisturbed = gradient(at, Overlay.NONE, () -> {});
        float[] disturbed = gradient(at, Overlay.NONE, GradientTest::overwriteFreedMemory);
        assertThat(disturbed).isEqualTo(undisturbed);
    }

    private static void overwriteFreedMemory() {
        List<ByteBuffer> taken = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            System.gc();
            for (int size = Float.BYTES; size <= 1 << 10; size *= 2) {
                for (int i = 0; i < 200; i++) {
                    taken.add(ByteBuffer.allocateDirect(size));
                }
            }
        }
        assertThat(taken).isNotEmpty();
    }

    @Test
    void shouldLeaveFrozenWeightsOutWhenAGradientIsTaken() {
        gradient(new float[model.config().width()], Overlay.NONE);
        assertThat(model.manager().getManagedArrays()).isNotEmpty().noneMatch(NDArray::hasGradient);
    }

    private static float[] normal(Random random, double scale) {
        float[] values = new float[model.config().width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private static float[] along(float[] at, float[] direction, double step) {
        float[] moved = at.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (step * direction[i]);
        }
        return moved;
    }
}
