package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final int KEY = 48;

    private final Random random = new Random(3);

    private DMatrixRMaj keys(int count) {
        DMatrixRMaj keys = new DMatrixRMaj(count, KEY);
        keys.data = random.doubles((long) count * KEY, -1, 1).toArray();
        return keys;
    }

    /** With P₀ = 1 for simplicity. */
    private static DMatrixRMaj gram(DMatrixRMaj keys) {
        DMatrixRMaj gram = CommonOps_DDRM.multTransB(keys, keys, null);
        CommonOps_DDRM.addEquals(gram, CommonOps_DDRM.identity(keys.numRows));
        return gram;
    }

    private static Capacity capacity(DMatrixRMaj keys) {
        return Capacity.of(keys.numRows, Cholesky.of(gram(keys))::solve);
    }

    private static double meanLeverage(DMatrixRMaj keys) {
        DMatrixRMaj inverse = gram(keys);
        assertThat(CommonOps_DDRM.invert(inverse)).isTrue();
        return 1 - CommonOps_DDRM.trace(inverse) / keys.numRows;
    }

    private static double smallestEigenvalue(DMatrixRMaj keys) {
        var decomposition = DecompositionFactory_DDRM.eig(keys.numRows, false, true);
        assertThat(decomposition.decompose(gram(keys))).isTrue();
        double smallest = Double.MAX_VALUE;
        for (int i = 0; i < keys.numRows; i++) {
            smallest = Math.min(smallest, decomposition.getEigenvalue(i).getReal());
        }
        return smallest;
    }

    @Test
    void shouldBeExactWhenPairsAreFew() {
        DMatrixRMaj keys = keys(20);

        Capacity capacity = capacity(keys);

        assertThat(capacity.pairs()).isEqualTo(20);
        assertThat(capacity.meanLeverage()).isCloseTo(meanLeverage(keys), within(1e-12));
        assertThat(capacity.smallestEigenvalue()).isBetween(smallestEigenvalue(keys) - 1e-9, 1.05 * smallestEigenvalue(keys));
    }

    @Test
    void shouldBeCloseWhenPairsAreMany() {
        DMatrixRMaj keys = keys(Capacity.EXACT + 100);

        Capacity capacity = capacity(keys);

        assertThat(capacity.meanLeverage()).isCloseTo(meanLeverage(keys), within(0.03));
        assertThat(capacity.meanLeverage()).as("no more than a key has dimensions").isLessThan(0.03 + KEY / 228.0);
        assertThat(capacity.smallestEigenvalue()).isCloseTo(1, within(1e-6));
    }

    @Test
    void shouldFallWhenKeysComeToShareDirections() {
        double before = 1;
        for (int pairs = 8; pairs <= 256; pairs *= 2) {
            double now = capacity(keys(pairs)).meanLeverage();
            assertThat(now).isLessThan(before);
            before = now;
        }
    }

    @Test
    void shouldHaveAnEigenvalueOfOneWhenTwoKeysAreOne() {
        DMatrixRMaj keys = keys(10);
        System.arraycopy(keys.data, 0, keys.data, KEY, KEY);

        assertThat(capacity(keys).smallestEigenvalue()).isCloseTo(1, within(1e-9));
        assertThat(capacity(keys(10)).smallestEigenvalue()).isGreaterThan(2);
    }
}
