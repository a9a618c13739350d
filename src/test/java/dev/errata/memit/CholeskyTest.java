package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class CholeskyTest {
    /** I + X Xᵀ, as the solver's matrices are. */
    private static DMatrixRMaj symmetric(int size, Random random) {
        DMatrixRMaj x = RandomMatrices_DDRM.rectangle(size, size + 3, -1, 1, random);
        DMatrixRMaj s = CommonOps_DDRM.multTransB(x, x, new DMatrixRMaj(size, size));
        CommonOps_DDRM.addEquals(s, CommonOps_DDRM.identity(size));
        return s;
    }

    /** C as a matrix: C x = S C⁻ᵀ x, and C⁻ᵀ of the unit vectors is what backward gives. */
    private static DMatrixRMaj inverse(Cholesky factor) {
        return factor.forward(CommonOps_DDRM.identity(factor.size()));
    }

    private static void assertSame(Cholesky actual, Cholesky expected) {
        DMatrixRMaj difference = CommonOps_DDRM.subtract(inverse(actual), inverse(expected), null);
        assertThat(NormOps_DDRM.normF(difference)).isLessThan(1e-11 * Math.max(1, NormOps_DDRM.normF(inverse(expected))));
    }

    private static DMatrixRMaj pick(DMatrixRMaj s, int... rows) {
        DMatrixRMaj some = new DMatrixRMaj(rows.length, rows.length);
        CommonOps_DDRM.extract(s, rows, rows.length, rows, rows.length, some);
        return some;
    }

    @Property(tries = 60)
    void shouldBeTheFactorOfTheWholeWhenItIsExtended(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size, @ForAll @IntRange(min = 1, max = 20) int more) {
        DMatrixRMaj s = symmetric(size + more, new Random(seed));
        Cholesky corner = Cholesky.of(CommonOps_DDRM.extract(s, 0, size, 0, size));
        DMatrixRMaj cross = CommonOps_DDRM.extract(s, 0, size, size, size + more);
        DMatrixRMaj schur = CommonOps_DDRM.extract(s, size, size + more, size, size + more);
        CommonOps_DDRM.multAddTransA(-1, cross, corner.solve(cross), schur);

        assertSame(corner.extended(corner.forward(cross), Cholesky.of(schur)), Cholesky.of(s));
    }

    /** On both sides of a panel of rows (128) and of what is factored at once (256). */
    @Property(tries = 30)
    void shouldBeTheFactorOfWhatIsLeftWhenRowsGo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 700) int size) {
        Random random = new Random(seed);
        DMatrixRMaj s = symmetric(size, random);
        int[] struck = IntStream.range(0, size).filter(row -> random.nextInt(10) == 0).toArray();
        int[] kept = IntStream.range(0, size).filter(row -> IntStream.of(struck).noneMatch(out -> out == row)).toArray();
        Cholesky factor = Cholesky.of(s);
        DMatrixRMaj before = inverse(factor);

        Cholesky less = factor.without(struck);

        assertSame(less, Cholesky.of(pick(s, kept)));
        assertThat(inverse(factor).data).as("the larger factor stays").isEqualTo(before.data);
    }

    @Property(tries = 30)
    void shouldSolveForwardBackwardAndWhole(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int size, @ForAll @IntRange(min = 1, max = 300) int columns) {
        Random random = new Random(seed);
        DMatrixRMaj s = symmetric(size, random);
        DMatrixRMaj b = RandomMatrices_DDRM.rectangle(size, columns, -1, 1, random);
        Cholesky factor = Cholesky.of(s);

        DMatrixRMaj solved = factor.solve(b);

        DMatrixRMaj residual = CommonOps_DDRM.subtract(CommonOps_DDRM.mult(s, solved, null), b, null);
        assertThat(NormOps_DDRM.normF(residual)).isLessThan(1e-11 * NormOps_DDRM.normF(b));
        assertThat(factor.backward(factor.forward(b)).data).isEqualTo(solved.data);
        DMatrixRMaj one = CommonOps_DDRM.extractColumn(b, 0, null);
        assertThat(factor.times(factor.solve(one).data)).usingComparatorWithPrecision(1e-9).containsExactly(one.data);
    }

    /** On both sides of what is factored at once (256): C Cᵀ is S. */
    @Property(tries = 12)
    void shouldFactorLargeMatricesByHalves(@ForAll long seed, @ForAll @IntRange(min = 250, max = 800) int size) {
        DMatrixRMaj s = symmetric(size, new Random(seed));
        Cholesky factor = Cholesky.of(s);

        double[] x = new Random(seed).doubles(size, -1, 1).toArray();
        DMatrixRMaj expected = CommonOps_DDRM.mult(s, DMatrixRMaj.wrap(size, 1, x), null);

        DMatrixRMaj difference = CommonOps_DDRM.subtract(DMatrixRMaj.wrap(size, 1, factor.times(x)), expected, null);
        assertThat(NormOps_DDRM.normF(difference)).isLessThan(1e-12 * NormOps_DDRM.normF(expected));
    }

    @Test
    void shouldRefuseWhenTheMatrixIsNotPositiveDefinite() {
        DMatrixRMaj indefinite = new DMatrixRMaj(new double[][] {{1, 2}, {2, 1}});

        assertThatThrownBy(() -> Cholesky.of(indefinite))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.EDIT_NOT_FINITE));
    }
}
