package dev.errata.memit;

import static dev.errata.memit.SolverBlock.assertClose;
import static dev.errata.memit.SolverBlock.deltaW;
import static dev.errata.memit.SolverBlock.weights;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/** Long random sequences of pairs that come and go, against one dense fp64 solve over those that are left. */
class SequenceLawsTest {
    private static final int KEY_WIDTH = 24;
    private static final int WIDTH = 7;

    /** The live set as the test knows it. */
    private static final class Truth {
        private final List<double[]> keys = new ArrayList<>();
        private final List<double[]> values = new ArrayList<>();

        void add(DMatrixRMaj newKeys, DMatrixRMaj newValues) {
            for (int i = 0; i < newKeys.numRows; i++) {
                keys.add(CommonOps_DDRM.extractRow(newKeys, i, null).data);
                values.add(CommonOps_DDRM.extractRow(newValues, i, null).data);
            }
        }

        void remove(int... rows) {
            for (int i = rows.length - 1; i >= 0; i--) {
                keys.remove(rows[i]);
                values.remove(rows[i]);
            }
        }

        DMatrixRMaj weights(SolverBlock block) {
            if (keys.isEmpty()) {
                return new DMatrixRMaj(block.width, block.keyWidth);
            }
            return block.dense(new DMatrixRMaj(keys.toArray(double[][]::new)), new DMatrixRMaj(values.toArray(double[][]::new)));
        }
    }

    private static int[] some(int of, int count, Random random) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < of; i++) {
            all.add(i);
        }
        Collections.shuffle(all, random);
        return all.subList(0, Math.min(of, count)).stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /**
     * Walks between no pair and {@code most}, and compares weights and the sum of all changes with the truth after every step; every
     * third step the pairs come as recovery brings them in.
     */
    private static void walk(long seed, int steps, int most) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        Random random = new Random(seed);
        AssociativeMemory memory = block.empty();
        Truth truth = new Truth();
        DMatrixRMaj sum = new DMatrixRMaj(WIDTH, KEY_WIDTH);
        for (int step = 0; step < steps; step++) {
            if (memory.size() > 0 && (memory.size() > most || random.nextInt(5) < 2)) {
                int[] out = some(memory.size(), 1 + random.nextInt(memory.size() > most ? memory.size() : 4), random);
                var removal = memory.remove(out);
                CommonOps_DDRM.addEquals(sum, deltaW(removal.change()));
                memory = step % 3 == 0 ? memory.without(out) : removal.after();
                truth.remove(out);
            } else {
                DMatrixRMaj keys = block.rows(1 + random.nextInt(6), KEY_WIDTH);
                var insertion = memory.insert(keys, block.rows(keys.numRows, WIDTH));
                CommonOps_DDRM.addEquals(sum, deltaW(insertion.change()));
                memory = step % 3 == 0 ? memory.with(keys, insertion.values()) : insertion.after();
                truth.add(keys, insertion.values());
            }
            DMatrixRMaj expected = truth.weights(block);
            assertThat(memory.size()).isEqualTo(truth.keys.size());
            assertClose(weights(memory), expected, 1e-9);
            assertClose(sum, expected, 1e-9);
        }
    }

    @Property(tries = 20)
    void shouldBeTheDenseSolveAfterEveryStepBelowTheKeyWidth(@ForAll long seed) {
        walk(seed, 60, KEY_WIDTH - 8);
    }

    /** From no pair to three times as many as a key has dimensions, and back below, so that both forms and both ways between are met. */
    @Property(tries = 20)
    void shouldBeTheDenseSolveAfterEveryStepAcrossTheKeyWidth(@ForAll long seed) {
        walk(seed, 80, 3 * KEY_WIDTH);
    }

    @Test
    void shouldChangeItsFormWhereTheLiveSetOutgrowsTheKeyAndBackWellBelow() {
        SolverBlock block = new SolverBlock(5, KEY_WIDTH, WIDTH);
        AssociativeMemory memory = block.empty().with(block.rows(23, KEY_WIDTH), block.rows(23, WIDTH));
        assertThat(memory).isInstanceOf(PairMemory.class);

        AssociativeMemory larger = memory.with(block.rows(1, KEY_WIDTH), block.rows(1, WIDTH));
        assertThat(larger).isInstanceOf(DenseMemory.class);
        assertThat(larger.without(0, 1)).isInstanceOf(DenseMemory.class);

        AssociativeMemory small = larger.without(some(24, 14, new Random(1)));
        assertThat(small).isInstanceOf(PairMemory.class);
        assertClose(weights(small), weights(small.without().with(new DMatrixRMaj(0, KEY_WIDTH), new DMatrixRMaj(0, WIDTH))), 1e-12);
    }

    /** A batch of far more pairs than a key has dimensions: no matrix of pairs by pairs is made, and the change is a matrix. */
    @Test
    void shouldSolveABatchLargerThanTheKeyAtOnce() {
        SolverBlock block = new SolverBlock(6, KEY_WIDTH, WIDTH);
        DMatrixRMaj keys = block.rows(500, KEY_WIDTH);
        DMatrixRMaj residuals = block.rows(500, WIDTH);

        var inserted = block.empty().insert(keys, residuals);

        assertThat(inserted.change()).isInstanceOf(Change.Whole.class);
        assertClose(deltaW(inserted.change()), block.dense(keys, residuals), 1e-9);
        var out = inserted.after().remove(some(500, 490, new Random(2)));
        assertThat(out.change()).isInstanceOf(Change.Whole.class);
        assertClose(CommonOps_DDRM.add(deltaW(inserted.change()), deltaW(out.change()), null), weights(out.after()), 1e-9);
    }

    /** M⁻¹ in both forms, against M itself. */
    @Property(tries = 20)
    void shouldInvertMInBothForms(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int pairs) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        DMatrixRMaj keys = block.rows(pairs, KEY_WIDTH);
        AssociativeMemory memory = block.empty().with(keys, block.rows(pairs, WIDTH));
        DMatrixRMaj m = CommonOps_DDRM.multTransB(block.prior.times(keys), keys, new DMatrixRMaj(pairs, pairs));
        CommonOps_DDRM.addEquals(m, CommonOps_DDRM.identity(pairs));

        DMatrixRMaj product = CommonOps_DDRM.mult(m, memory.inverse(CommonOps_DDRM.identity(pairs)), null);

        assertClose(product, CommonOps_DDRM.identity(pairs), 1e-9);
    }

    /** Two memories that continue one must not write over each other. */
    @Property(tries = 20)
    void shouldBeUnmovedByWhatOthersMakeOfIt(@ForAll long seed) {
        SolverBlock block = new SolverBlock(seed, KEY_WIDTH, WIDTH);
        AssociativeMemory common = block.empty().with(block.rows(5, KEY_WIDTH), block.rows(5, WIDTH));
        DMatrixRMaj before = weights(common);

        AssociativeMemory one = common.with(block.rows(3, KEY_WIDTH), block.rows(3, WIDTH));
        DMatrixRMaj ofOne = weights(one);
        AssociativeMemory other = common.with(block.rows(4, KEY_WIDTH), block.rows(4, WIDTH)).without(0, 6);

        assertThat(weights(common).data).isEqualTo(before.data);
        assertThat(weights(one).data).isEqualTo(ofOne.data);
        assertThat(other.size()).isEqualTo(7);
    }
}
