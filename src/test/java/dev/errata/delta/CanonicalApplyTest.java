package dev.errata.delta;

import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CanonicalApplyTest {
    private static final String NAME = "t.weight";

    /** The definition, word for word. */
    static float[] naive(EditedTensor tensor, TensorChange change) {
        float[] result = new float[tensor.values().length];
        for (int o = 0; o < tensor.out(); o++) {
            for (int i = 0; i < tensor.in(); i++) {
                int at = tensor.transposed() ? i * tensor.out() + o : o * tensor.in() + i;
                double acc = tensor.values()[at];
                if (change instanceof LowRank factors) {
                    for (int r = 0; r < factors.rank(); r++) {
                        acc += (double) factors.b()[o * factors.rank() + r] * (double) factors.a()[r * tensor.in() + i];
                    }
                } else if (change instanceof DenseChange dense) {
                    acc += dense.values()[o * tensor.in() + i];
                }
                result[at] = (float) acc;
            }
        }
        return result;
    }

    private static EditedTensor transposed(EditedTensor tensor) {
        float[] values = new float[tensor.values().length];
        for (int o = 0; o < tensor.out(); o++) {
            for (int i = 0; i < tensor.in(); i++) {
                values[i * tensor.out() + o] = tensor.values()[o * tensor.in() + i];
            }
        }
        return new EditedTensor(tensor.name(), true, tensor.out(), tensor.in(), values);
    }

    private static EditedTensor withThreads(int threads, EditedTensor tensor, TensorChange change) {
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            return pool.submit(() -> CanonicalApply.apply(tensor, change)).join();
        } finally {
            pool.shutdown();
        }
    }

    /** Sizes on both sides of a tile's rows (128), columns (256), ranks (64) and of the four terms of one pass. */
    @Property(tries = 60)
    void shouldBeTheDefinitionBitwiseWhateverTheSizeThreadsAndLayout(
            @ForAll long seed,
            @ForAll boolean powers,
            @ForAll @IntRange(min = 1, max = 300) int out,
            @ForAll @IntRange(min = 1, max = 600) int in,
            @ForAll @IntRange(min = 1, max = 140) int rank) {
        Samples samples = new Samples(seed);
        EditedTensor tensor = samples.tensor(NAME, false, out, in);
        float[] before = tensor.values().clone();
        LowRank change = powers
                ? new LowRank(NAME, out, in, rank, samples.powers(out * rank), samples.powers(rank * in))
                : samples.lowRank(NAME, out, in, rank);

        EditedTensor one = withThreads(1, tensor, change);
        EditedTensor many = withThreads(7, tensor, change);
        EditedTensor other = CanonicalApply.apply(transposed(tensor), change);

        assertThat(Arrays.equals(one.values(), naive(tensor, change))).isTrue();
        assertThat(many).isEqualTo(one);
        assertThat(other).isEqualTo(transposed(one));
        assertThat(Arrays.equals(tensor.values(), before)).isTrue();
    }

    /** Adding a matrix is one fp32 addition for each element, as every IEEE machine does it. */
    @Property(tries = 60)
    void shouldAddAMatrixWithOneRoundingWhateverThreadsAndLayout(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int out, @ForAll @IntRange(min = 1, max = 50) int in) {
        Samples samples = new Samples(seed);
        EditedTensor tensor = samples.tensor(NAME, false, out, in);
        DenseChange change = new DenseChange(NAME, out, in, samples.powers(out * in));

        EditedTensor one = withThreads(1, tensor, change);

        for (int i = 0; i < out * in; i++) {
            assertThat(one.values()[i]).isEqualTo(tensor.values()[i] + change.values()[i]);
        }
        assertThat(withThreads(7, tensor, change)).isEqualTo(one);
        assertThat(CanonicalApply.apply(transposed(tensor), change)).isEqualTo(transposed(one));
        assertThat(Arrays.equals(one.values(), naive(tensor, change))).isTrue();
    }

    /** The digest is numpy's, from the same numbers (src/test/python/canonical_apply.py): another language, the same bits. */
    @Test
    void shouldGiveTheDigestThatNumpyGave() {
        EditedTensor tensor = new EditedTensor(NAME, false, 200, 700, sequence(200 * 700, 1));
        LowRank change = new LowRank(NAME, 200, 700, 70, sequence(200 * 70, 2), sequence(70 * 700, 3));
        assertThat(CanonicalApply.apply(tensor, change).digest())
                .isEqualTo("59ca5585aabd796ab16da96c3b62b0fbb1dbd52a9aa9700dab3be2ab432ba1d4");
    }

    /** Numbers out of a 32-bit linear congruence, which any language makes alike; see {@link Samples#powers} for why these. */
    private static float[] sequence(int count, int seed) {
        float[] values = new float[count];
        int state = seed;
        for (int i = 0; i < count; i++) {
            state = state * 1664525 + 1013904223;
            float sign = state < 0 ? -1 : 1;
            values[i] = sign * Math.scalb(1f, 20 * ((state >>> 12 & 0xFFFF) % 3 - 1));
        }
        return values;
    }

    @Test
    void shouldRefuseWhenAResultIsNotFinite() {
        float[] values = new float[300 * 300];
        EditedTensor tensor = new EditedTensor(NAME, false, 300, 300, values);
        float[] b = new float[300];
        float[] a = new float[300];
        b[299] = 0x1p100f;
        a[299] = 0x1p100f;
        LowRank change = new LowRank(NAME, 300, 300, 1, b, a);
        assertRefused(Failure.EDIT_NOT_FINITE, () -> CanonicalApply.apply(tensor, change));
        float[] large = new float[300 * 300];
        large[8] = Float.MAX_VALUE;
        values[8] = Float.MAX_VALUE;
        assertRefused(Failure.EDIT_NOT_FINITE, () -> CanonicalApply.apply(tensor, new DenseChange(NAME, 300, 300, large)));
        values[8] = 0;
        values[7] = Float.NaN;
        LowRank nothing = new LowRank(NAME, 300, 300, 1, new float[300], new float[300]);
        assertRefused(Failure.EDIT_NOT_FINITE, () -> CanonicalApply.apply(tensor, nothing));
    }

    @Test
    void shouldRefuseWhenChangeIsOfAnotherTensor() {
        EditedTensor tensor = new Samples(1).tensor(NAME, false, 2, 3);
        for (LowRank change : new LowRank[] {
            new Samples(1).lowRank("u.weight", 2, 3, 1), new Samples(1).lowRank(NAME, 3, 2, 1), new Samples(1).lowRank(NAME, 2, 4, 1)
        }) {
            assertRefused(Failure.DELTA_INVALID, () -> CanonicalApply.apply(tensor, change));
        }
        assertRefused(Failure.DELTA_INVALID, () -> CanonicalApply.apply(tensor, new DenseChange(NAME, 3, 2, new float[6])));
    }
}
