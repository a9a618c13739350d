package dev.errata.transformer;

import static dev.errata.transformer.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The small parts against their formulas. */
class PartsTest {
    private NDManager m;

    @BeforeEach
    void open() {
        m = NDManager.newBaseManager(Device.cpu(), Devices.ENGINE);
    }

    @AfterEach
    void close() {
        m.close();
    }

    private void assertActivation(String name, DoubleUnaryOperator formula) {
        float[] x = new float[2001];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 1000) / 100f;
        }
        float[] y = Activation.named(name).apply(m.create(x)).toFloatArray();
        for (int i = 0; i < x.length; i++) {
            assertThat((double) y[i]).as("%s(%f)", name, x[i]).isCloseTo(formula.applyAsDouble(x[i]), within(2e-6));
        }
    }

    @Test
    void shouldFollowItsFormulaWhenAnActivationIsApplied() {
        DoubleUnaryOperator tanhGelu = x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        assertActivation("gelu_new", tanhGelu);
        assertActivation("gelu_fast", tanhGelu);
        assertActivation("relu", x -> Math.max(0, x));
        assertActivation("silu", x -> x / (1 + Math.exp(-x)));
        assertActivation("gelu", x -> x * cumulativeNormal(x));
        assertFails(Failure.MODEL_CONFIG_INVALID, () -> Activation.named("mish"), "mish", "gelu_new");
    }

    /** By Simpson's rule, from −12 up. */
    private static double cumulativeNormal(double x) {
        int steps = 2000;
        double width = (x + 12) / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double at = -12 + i * width;
            sum += (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.exp(-at * at / 2);
        }
        return sum * width / 3 / Math.sqrt(2 * Math.PI);
    }

    @Test
    void shouldSurviveLargeInputsWhenGeluIsApplied() {
        assertThat(Activation.GELU_NEW.apply(m.create(new float[] {-1e4f, 1e4f, 0})).toFloatArray()).containsExactly(-0f, 1e4f, 0f);
    }

    @Test
    void shouldTurnNeighboursByTheAngleOfTheirPositionWhenRotaryIsApplied() {
        Rotary rotary = Rotary.neighbours(6, new float[] {1, 0.1f}, m);
        assertTurned(rotary, new int[][] {{0, 1}, {2, 3}}, new double[] {1, 0.1});
    }

    @Test
    void shouldTurnHalvesByTheAngleOfTheirPositionWhenRotaryIsApplied() {
        Rotary rotary = Rotary.halves(6, new float[] {1, 0.1f}, m);
        assertTurned(rotary, new int[][] {{0, 2}, {1, 3}}, new double[] {1, 0.1});
    }

    /** Of a head with six coordinates, the pairs are turned and the last two are not. */
    private void assertTurned(Rotary rotary, int[][] pairs, double[] frequencies) {
        float[] head = {1, 2, 3, 4, 5, 6};
        int position = 7;
        NDArray positions = m.create(new long[] {position}, new Shape(1, 1));
        float[] turned = rotary.turn(m.create(head, new Shape(1, 1, 1, 6)), rotary.angles(positions)).toFloatArray();
        for (int pair = 0; pair < pairs.length; pair++) {
            double a = head[pairs[pair][0]];
            double b = head[pairs[pair][1]];
            double angle = position * frequencies[pair];
            assertThat((double) turned[pairs[pair][0]]).isCloseTo(a * Math.cos(angle) - b * Math.sin(angle), within(1e-5));
            assertThat((double) turned[pairs[pair][1]]).isCloseTo(b * Math.cos(angle) + a * Math.sin(angle), within(1e-5));
        }
        assertThat(turned[4]).isEqualTo(5f);
        assertThat(turned[5]).isEqualTo(6f);
    }

    @Test
    void shouldDependOnDistanceAloneWhenTurnedHeadsMeet() {
        Rotary rotary = Rotary.neighbours(8, Frequencies.plain(8), m);
        Random random = new Random(5);
        float[] two = new float[16];
        for (int i = 0; i < two.length; i++) {
            two[i] = (float) random.nextGaussian();
        }
        assertThat(product(rotary, two, 3, 10)).isCloseTo(product(rotary, two, 30, 37), within(1e-4));
        assertThat(product(rotary, two, 3, 10)).isNotCloseTo(product(rotary, two, 3, 12), within(1e-2));
    }

    private double product(Rotary rotary, float[] two, long first, long second) {
        NDArray angles = m.create(new long[] {first, second}, new Shape(1, 2));
        float[] turned = rotary.turn(m.create(two, new Shape(1, 2, 1, 8)), rotary.angles(angles)).toFloatArray();
        double sum = 0;
        for (int i = 0; i < 8; i++) {
            sum += turned[i] * (double) turned[8 + i];
        }
        return sum;
    }

    @Test
    void shouldPickStatesInOrderWhenPositionsAreGiven() {
        NDArray states = m.arange(24f).reshape(2, 3, 4);
        assertThat(States.at(states, new int[] {2, 0}).toFloatArray()).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(States.at(states, new int[] {1, 1, 0}, new int[] {0, 2, 1}).getShape()).isEqualTo(new Shape(3, 4));
        assertThatThrownBy(() -> States.at(states, new int[] {3, 0})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> States.at(states, new int[] {0})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldPadOnTheRightWhenRowsDiffer() {
        TokenRows rows = TokenRows.of(List.of(new long[] {1, 2, 3}, new long[] {4}), 9);
        assertThat(rows.ids(m).toLongArray()).containsExactly(1, 2, 3, 4, 9, 9);
        assertThat(rows.lengths()).containsExactly(3, 1);
        assertThat(rows.last()).containsExactly(2, 0);
        assertThat(rows.id(1, 2)).isEqualTo(9);
        assertThatThrownBy(() -> TokenRows.of(List.of(), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenRows.of(List.of(new long[] {1}, new long[0]), 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1");
    }

    @Test
    void shouldKeepAllValuesWhenAnUploadTakesSeveralPieces() {
        float[] large = new float[(1 << 22) + 3];
        for (int i = 0; i < large.length; i++) {
            large[i] = i % 1009;
        }
        assertThat(Upload.floats(m, large, large.length).toFloatArray()).isEqualTo(large);
        assertThatThrownBy(() -> Upload.floats(m, new float[3], 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKnowDevicesByNameWhenTheyAreThere() {
        assertThat(Devices.parse("cpu")).isEqualTo(Device.cpu());
        assertThat(Devices.parse("auto").isGpu()).isEqualTo(Engine.getEngine(Devices.ENGINE).getGpuCount() > 0);
        for (String name : new String[] {"gpu", "cuda", "cuda:", "cuda:x", "", "cuda:-1", "cuda:999"}) {
            assertFails(Failure.SETTING_INVALID, () -> Devices.parse(name), "\"" + name + "\"");
        }
    }

    @Test
    void shouldNotChangeWhenItsArraysAreChanged() {
        long[] ids = {1, 2};
        Encoding encoding = new Encoding(ids, new int[] {0, 1}, new int[] {1, 2});
        ids[0] = 9;
        encoding.ids()[1] = 9;
        encoding.starts()[0] = 9;
        encoding.ends()[0] = 9;
        assertThat(encoding.ids()).containsExactly(1, 2);
        assertThat(encoding.start(0)).isZero();
        assertThat(encoding.end(0)).isEqualTo(1);
        assertThatThrownBy(() -> new Encoding(ids, new int[1], new int[2])).isInstanceOf(IllegalArgumentException.class);
    }
}
