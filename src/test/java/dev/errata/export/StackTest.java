package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.DenseChange;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LowRank;
import dev.errata.delta.TensorChange;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StackTest {
    private static final int OUT = 20;
    private static final int IN = 30;

    private final Samples samples = new Samples(7);

    @Test
    void shouldOnlySetSmallFactorsBesideEachOther() {
        LowRank one = samples.lowRank("t.weight", OUT, IN, 2);
        LowRank other = samples.lowRank("t.weight", OUT, IN, 3);

        LowRank together = stack(List.of(one, other)).together(OptionalDouble.empty());

        assertThat(together.rank()).isEqualTo(5);
        for (int o = 0; o < OUT; o++) {
            assertThat(together.b()[o * 5 + 1]).isEqualTo(one.b()[o * 2 + 1]);
            assertThat(together.b()[o * 5 + 2]).isEqualTo(other.b()[o * 3]);
        }
        assertThat(together.a()[2 * IN]).isEqualTo(other.a()[0]);
    }

    /** The same rows in the same order, whatever the number of cores that computed them. */
    @Test
    void shouldMeasureTheSameErrorOnAnyMachine() {
        int out = 2000;
        int in = 3;
        LowRank change = samples.lowRank("t.weight", out, in, 1);
        EditedTensor before = new EditedTensor("t.weight", false, out, in, samples.floats(out * in));
        EditedTensor after = new EditedTensor("t.weight", false, out, in, samples.floats(out * in));

        double wrong = 0;
        double all = 0;
        for (int o = 0; o < out; o++) {
            double rowWrong = 0;
            double rowAll = 0;
            for (int i = 0; i < in; i++) {
                double changed = (double) after.values()[o * in + i] - before.values()[o * in + i];
                double off = changed - (double) change.b()[o] * change.a()[i];
                rowWrong += off * off;
                rowAll += changed * changed;
            }
            wrong += rowWrong;
            all += rowAll;
        }
        assertThat(AdapterForm.error(before, after, change)).isEqualTo(Math.sqrt(wrong / all));
    }

    /** Whatever the changes, in number, kind and shape: the error is as asked for, and the rank no more than is needed. */
    @Property(tries = 100)
    void shouldStayWithinTheErrorThatIsAskedFor(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int count, @ForAll @DoubleRange(min = 0, max = 0.9) double error,
            @ForAll boolean tall) {
        Samples random = new Samples(seed);
        int out = tall ? IN : OUT;
        int in = tall ? OUT : IN;
        List<TensorChange> changes = IntStream.range(0, count)
                .<TensorChange>mapToObj(i -> i % 3 == 2
                        ? random.dense("t.weight", out, in)
                        : random.lowRank("t.weight", out, in, 1 + 4 * i))
                .toList();

        LowRank together = stack(changes).together(OptionalDouble.of(error));

        double[] truth = sum(changes, out, in);
        double[] found = sum(List.of(together), out, in);
        double wrong = 0;
        double all = 0;
        for (int i = 0; i < truth.length; i++) {
            wrong += (truth[i] - found[i]) * (truth[i] - found[i]);
            all += truth[i] * truth[i];
        }
        assertThat(Math.sqrt(wrong / all)).isLessThanOrEqualTo(error + 1e-6);
        assertThat(together.rank()).isLessThanOrEqualTo((int) Math.min(stack(changes).rank(), Math.min(out, in)));
    }

    @Test
    void shouldFindTheRankThatManyFactorsHaveTogether() {
        LowRank change = samples.lowRank("t.weight", OUT, IN, 3);

        LowRank together = stack(List.of(change, change, change, change)).together(OptionalDouble.of(1e-6));

        assertThat(together.rank()).isEqualTo(3);
    }

    @Test
    void shouldTakeAMatrixWithoutBeingAsked() {
        DenseChange dense = samples.dense("t.weight", OUT, IN);
        LowRank low = samples.lowRank("t.weight", OUT, IN, 4);

        Stack stack = stack(List.of(low, dense));

        assertThat(stack.rank()).isEqualTo(4 + OUT);
        assertThat(stack.together(OptionalDouble.empty()).rank()).isEqualTo(OUT);
    }

    @Test
    void shouldMakeLargeStacksSmallerWithoutBeingAsked() {
        LowRank low = samples.lowRank("t.weight", 400, 400, Stack.LARGE / 2 + 1);

        assertThat(stack(List.of(low)).together(OptionalDouble.empty())).isEqualTo(low);
        assertThat(stack(List.of(low, low)).together(OptionalDouble.empty()).rank()).isEqualTo(low.rank());
    }

    @Test
    void shouldHaveRankOneWhereNothingIsLeft() {
        LowRank low = samples.lowRank("t.weight", OUT, IN, 1);
        float[] minus = low.b().clone();
        for (int i = 0; i < minus.length; i++) {
            minus[i] = -minus[i];
        }

        LowRank together = stack(List.of(low, new LowRank("t.weight", OUT, IN, 1, minus, low.a()))).together(OptionalDouble.of(1e-6));

        assertThat(together.rank()).isEqualTo(1);
        assertThat(Arrays.stream(sum(List.of(together), OUT, IN)).map(Math::abs).max().orElseThrow()).isLessThan(1e-12);
    }

    private static Stack stack(List<TensorChange> changes) {
        Stack stack = new Stack(changes.get(0));
        changes.forEach(stack::add);
        return stack;
    }

    private static double[] sum(List<? extends TensorChange> changes, int out, int in) {
        double[] sum = new double[out * in];
        for (TensorChange change : changes) {
            for (int at = 0; at < sum.length; at++) {
                if (change instanceof LowRank low) {
                    for (int r = 0; r < low.rank(); r++) {
                        sum[at] += (double) low.b()[at / in * low.rank() + r] * low.a()[r * in + at % in];
                    }
                } else {
                    sum[at] += ((DenseChange) change).values()[at];
                }
            }
        }
        return sum;
    }
}
