package dev.errata.memit;

import static dev.errata.memit.SolverBlock.assertClose;
import static dev.errata.memit.SolverBlock.deltaW;
import static dev.errata.memit.SolverBlock.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/** The memory against what it stands for: dense fp64 solves with λC + K Kᵀ. */
class AssociativeMemoryTest {
    private static final int KEY_WIDTH = 24;
    private static final int WIDTH = 7;

    @Property(tries = 100)
    void shouldInsertWhatTheDenseSolveGives(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int pairs) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        DMatrixRMaj keys = block.rows(pairs, KEY_WIDTH);
        DMatrixRMaj residuals = block.rows(pairs, WIDTH);

        var inserted = block.empty().insert(keys, residuals);

        DMatrixRMaj dense = block.dense(keys, residuals);
        assertClose(deltaW(inserted.change()), dense, 1e-9);
        assertClose(weights(inserted.after()), dense, 1e-9);
        assertClose(inserted.values(), residuals, 1e-12);
    }

    @Property(tries = 100)
    void shouldPreserveEarlierPairsWhenMoreAreInserted(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int pairs) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        DMatrixRMaj before = block.rows(9, KEY_WIDTH);
        DMatrixRMaj keys = block.rows(pairs, KEY_WIDTH);
        DMatrixRMaj residuals = block.rows(pairs, WIDTH);
        AssociativeMemory memory = block.empty().insert(before, block.rows(9, WIDTH)).after();

        var inserted = memory.insert(keys, residuals);

        // R Kᵀ (λC + K₁K₁ᵀ + K Kᵀ)⁻¹: earlier keys are in the solve matrix
        DMatrixRMaj all = CommonOps_DDRM.concatRowsMulti(before, keys);
        DMatrixRMaj targets = CommonOps_DDRM.concatRowsMulti(new DMatrixRMaj(9, WIDTH), residuals);
        assertClose(deltaW(inserted.change()), block.dense(all, targets), 1e-9);
    }

    @Property(tries = 100)
    void shouldDependOnPairsAndNotOnTheOrderInWhichTheyCame(@ForAll long seed) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        DMatrixRMaj keys = block.rows(12, KEY_WIDTH);
        DMatrixRMaj values = block.rows(12, WIDTH);
        AssociativeMemory memory = block.empty();
        Random random = new Random(seed);
        List<Integer> shuffled = IntStream.range(0, 12).boxed().collect(Collectors.toList());
        Collections.shuffle(shuffled, random);
        int[] order = shuffled.stream().mapToInt(Integer::intValue).toArray();

        DMatrixRMaj sum = new DMatrixRMaj(WIDTH, KEY_WIDTH);
        for (int from = 0; from < 12; ) {
            int to = Math.min(12, from + 1 + random.nextInt(4));
            DMatrixRMaj some = pick(keys, order, from, to);
            DMatrixRMaj residuals = CommonOps_DDRM.subtract(pick(values, order, from, to), memory.recall(some), null);
            var inserted = memory.insert(some, residuals);
            CommonOps_DDRM.addEquals(sum, deltaW(inserted.change()));
            memory = inserted.after();
            from = to;
        }

        DMatrixRMaj once = block.dense(keys, values);
        assertClose(sum, once, 1e-9);
        assertClose(weights(memory), once, 1e-9);
    }

    @Property(tries = 100)
    void shouldBeBackWhereItWasWhenWhatCameInGoesOut(@ForAll long seed, @ForAll @IntRange(min = 1, max = 10) int pairs) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        AssociativeMemory before = block.empty().insert(block.rows(8, KEY_WIDTH), block.rows(8, WIDTH)).after();

        var in = before.insert(block.rows(pairs, KEY_WIDTH), block.rows(pairs, WIDTH));
        var out = in.after().remove(IntStream.range(8, 8 + pairs).toArray());

        assertClose(CommonOps_DDRM.add(deltaW(in.change()), deltaW(out.change()), null), new DMatrixRMaj(WIDTH, KEY_WIDTH), 1e-9);
        assertClose(weights(out.after()), weights(before), 1e-9);
        assertThat(out.after().size()).isEqualTo(8);
    }

    @Property(tries = 100)
    void shouldLeaveTheWeightsOfTheOtherPairsWhenSomeGoOut(@ForAll long seed) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        DMatrixRMaj keys = block.rows(10, KEY_WIDTH);
        DMatrixRMaj values = block.rows(10, WIDTH);
        AssociativeMemory all = block.empty().with(keys, values);

        var out = all.remove(7, 0, 3);

        int[] rest = {1, 2, 4, 5, 6, 8, 9};
        DMatrixRMaj expected = block.dense(pick(keys, rest, 0, 7), pick(values, rest, 0, 7));
        assertClose(weights(out.after()), expected, 1e-9);
        assertClose(CommonOps_DDRM.add(weights(all), deltaW(out.change()), null), expected, 1e-9);
    }

    @Property(tries = 30)
    void shouldStayExactOverManyRevisions(@ForAll long seed) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        DMatrixRMaj keys = block.rows(12, KEY_WIDTH);
        AssociativeMemory memory = block.empty().with(keys, block.rows(12, WIDTH));
        DMatrixRMaj sum = weights(memory);

        for (int revision = 0; revision < 50; revision++) {
            var out = memory.remove(0, 1, 2, 3);
            var in = out.after().insert(block.rows(4, KEY_WIDTH), block.rows(4, WIDTH));
            CommonOps_DDRM.addEquals(sum, deltaW(out.change()));
            CommonOps_DDRM.addEquals(sum, deltaW(in.change()));
            memory = in.after();
        }

        assertClose(sum, weights(memory), 1e-9);
    }

    @Test
    void shouldAverageTheValuesWhenTwoPairsHaveOneKey() {
        SolverBlock block = new SolverBlock(1, KEY_WIDTH, WIDTH);
        DMatrixRMaj key = block.rows(1, KEY_WIDTH);
        CommonOps_DDRM.scale(1e4, key);
        DMatrixRMaj twice = CommonOps_DDRM.concatRowsMulti(key, key);

        DMatrixRMaj values = new DMatrixRMaj(2, WIDTH);
        values.set(0, 0, 2);
        values.set(1, 0, 4);

        AssociativeMemory memory = block.empty().with(twice, values);

        assertThat(memory.recall(key).get(0, 0)).isCloseTo(3, within(1e-6));
    }

    @Test
    void shouldRefuseRowsThatAreNotThereOrNamedTwice() {
        AssociativeMemory memory = new SolverBlock(1, KEY_WIDTH, WIDTH).empty()
                .with(new DMatrixRMaj(2, KEY_WIDTH), new DMatrixRMaj(2, WIDTH));

        assertThatThrownBy(() -> memory.without(2)).hasMessageContaining("row: 2");
        assertThatThrownBy(() -> memory.without(1, 1)).hasMessageContaining("row: 1");
    }

    private static DMatrixRMaj pick(DMatrixRMaj matrix, int[] rows, int from, int to) {
        DMatrixRMaj picked = new DMatrixRMaj(to - from, matrix.numCols);
        for (int i = from; i < to; i++) {
            System.arraycopy(matrix.data, rows[i] * matrix.numCols, picked.data, (i - from) * matrix.numCols, matrix.numCols);
        }
        return picked;
    }
}
