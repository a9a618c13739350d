package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;

/** Rows against lists of arrays. */
class RowsTest {
    private static final int WIDTH = 5;

    @Property(tries = 100)
    void shouldHoldWhatWasAppendedAndNotTakenOutWhateverHappensToOthers(@ForAll long seed) {
        Random random = new Random(seed);
        List<Rows> rows = new ArrayList<>(List.of(Rows.empty(WIDTH)));
        List<List<double[]>> truths = new ArrayList<>(List.of(List.of()));
        for (int step = 0; step < 30; step++) {
            int from = random.nextInt(rows.size());
            List<double[]> truth = new ArrayList<>(truths.get(from));
            if (random.nextBoolean() || truth.isEmpty()) {
                DMatrixRMaj more = RandomMatrices_DDRM.rectangle(random.nextInt(12), WIDTH, -1, 1, random);
                for (int i = 0; i < more.numRows; i++) {
                    truth.add(CommonOps_DDRM.extractRow(more, i, null).data);
                }
                rows.add(rows.get(from).append(more));
            } else {
                int[] out = random.ints(0, truth.size()).distinct().limit(1 + random.nextInt(truth.size())).toArray();
                List<double[]> kept = new ArrayList<>();
                for (int i = 0; i < truth.size(); i++) {
                    int row = i;
                    if (Arrays.stream(out).noneMatch(o -> o == row)) {
                        kept.add(truth.get(i));
                    }
                }
                truth = kept;
                rows.add(rows.get(from).without(out));
            }
            truths.add(truth);
        }
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).count()).isEqualTo(truths.get(i).size());
            assertThat(rows.get(i).matrix().data).isEqualTo(truths.get(i).stream().flatMapToDouble(Arrays::stream).toArray());
        }
    }

    @Property(tries = 30)
    void shouldMultiplyAsTheMatrixDoes(@ForAll long seed) {
        Random random = new Random(seed);
        Rows rows = Rows.empty(WIDTH);
        for (int i = 0; i < 4; i++) {
            rows = rows.append(RandomMatrices_DDRM.rectangle(random.nextInt(30), WIDTH, -1, 1, random));
        }
        DMatrixRMaj matrix = rows.matrix();
        DMatrixRMaj queries = RandomMatrices_DDRM.rectangle(3, WIDTH, -1, 1, random);
        DMatrixRMaj weights = RandomMatrices_DDRM.rectangle(rows.count(), 4, -1, 1, random);

        near(rows.timesTransposed(queries), CommonOps_DDRM.multTransB(matrix, queries, new DMatrixRMaj(matrix.numRows, 3)));
        near(rows.combine(weights), CommonOps_DDRM.multTransA(weights, matrix, new DMatrixRMaj(4, WIDTH)));
        if (rows.count() > 2) {
            int[] some = {rows.count() - 1, 0};
            assertThat(rows.pick(some).data).startsWith(CommonOps_DDRM.extractRow(matrix, some[0], null).data)
                    .endsWith(CommonOps_DDRM.extractRow(matrix, 0, null).data);
        }
    }

    private static void near(DMatrixRMaj actual, DMatrixRMaj expected) {
        assertThat(NormOps_DDRM.normF(CommonOps_DDRM.subtract(actual, expected, null))).isLessThan(1e-12);
    }
}
