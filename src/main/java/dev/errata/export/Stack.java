package dev.errata.export;

import dev.errata.delta.DenseChange;
import dev.errata.delta.LowRank;
import dev.errata.delta.TensorChange;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * All changes of one tensor on a path, as one low-rank change: {@code B₁A₁ + … + BₙAₙ = [B₁ … Bₙ]·[A₁; …; Aₙ]}.
 *
 * <p>As long as the factors have few columns they are only set beside each other, to the bit. Where they have many, a smaller pair is
 * found: with {@code B = Q_b·R_b} and {@code Aᵀ = Q_a·R_a} the singular values of the small {@code R_b·R_aᵀ} are those of the whole
 * product, and the least of them are dropped as long as the error, relative in the Frobenius norm, stays within what is asked for. What
 * has more columns than the tensor has rows, or holds a change that is a matrix, is summed in fp64 first.
 *
 * <h2>Limits</h2> The decompositions run on one thread, and their time grows with the cube of the rank. A sum takes 8 bytes for each
 * element of the tensor.
 *
 * <h2>Thread safety</h2> None.
 */
final class Stack {
    /** More columns than this are a large adapter, for whoever loads it too. */
    static final int LARGE = 256;
    /** Of a large one where nobody asks for another: below what fp32 can tell. */
    static final double ERROR = 1e-6;

    /** Of fp64, over a sum of thousands. */
    private static final double ROUNDING = 1e-14;

    private final String tensor;
    private final int out;
    private final int in;
    private final List<LowRank> factors = new ArrayList<>();
    private long rank;
    private double[] sum;

    Stack(TensorChange like) {
        this.tensor = like.tensor();
        this.out = like.out();
        this.in = like.in();
    }

    /** Columns of all factors together; a matrix counts as many as it can have. */
    long rank() {
        return rank;
    }

    void add(TensorChange change) {
        rank += change instanceof LowRank low ? low.rank() : Math.min(out, in);
        if (change instanceof LowRank low && sum == null) {
            factors.add(low);
        }
        if (sum == null && (rank > Math.min(out, in) || change instanceof DenseChange)) {
            sum = new double[Math.multiplyExact(out, in)];
            factors.forEach(this::sum);
            factors.clear();
        } else if (sum != null && change instanceof LowRank low) {
            sum(low);
        }
        if (change instanceof DenseChange dense) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += dense.values()[i];
            }
        }
    }

    private void sum(LowRank low) {
        IntStream.range(0, out).parallel().forEach(o -> {
            for (int r = 0; r < low.rank(); r++) {
                double b = low.b()[o * low.rank() + r];
                for (int i = 0; i < in; i++) {
                    sum[o * in + i] += b * low.a()[r * in + i];
                }
            }
        });
    }

    /** @param error none: as they are where they are small, else within {@link #ERROR} */
    LowRank together(OptionalDouble error) {
        if (sum == null && error.isEmpty() && rank <= LARGE) {
            return beside();
        }
        DMatrixRMaj b;
        DMatrixRMaj a;
        if (sum == null) {
            LowRank all = beside();
            b = matrix(out, all.rank(), all.b());
            a = matrix(all.rank(), in, all.a());
        } else if (out <= in) {
            b = CommonOps_DDRM.identity(out);
            a = DMatrixRMaj.wrap(out, in, sum);
        } else {
            b = DMatrixRMaj.wrap(out, in, sum);
            a = CommonOps_DDRM.identity(in);
        }
        return smaller(b, a, error.orElse(ERROR));
    }

    private LowRank beside() {
        int columns = (int) rank;
        float[] b = new float[out * columns];
        float[] a = new float[columns * in];
        int at = 0;
        for (LowRank low : factors) {
            for (int o = 0; o < out; o++) {
                System.arraycopy(low.b(), o * low.rank(), b, o * columns + at, low.rank());
            }
            System.arraycopy(low.a(), 0, a, at * in, low.rank() * in);
            at += low.rank();
        }
        return new LowRank(tensor, out, in, columns, b, a);
    }

    private LowRank smaller(DMatrixRMaj b, DMatrixRMaj a, double error) {
        DMatrixRMaj[] left = qr(b);
        DMatrixRMaj[] right = qr(CommonOps_DDRM.transpose(a, null));
        DMatrixRMaj core = new DMatrixRMaj(left[1].numRows, right[1].numRows);
        CommonOps_DDRM.multTransB(left[1], right[1], core);
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(core.numRows, core.numCols, true, true, true);
        if (!svd.decompose(core)) {
            throw new ArithmeticException(tensor + ": the SVD did not converge");
        }
        DMatrixRMaj u = svd.getU(null, false);
        DMatrixRMaj v = svd.getV(null, false);
        double[] values = svd.getSingularValues();
        SingularOps_DDRM.descendingOrder(u, false, values, svd.numberOfSingularValues(), v, false);
        double noise = ROUNDING * NormOps_DDRM.normF(left[1]) * NormOps_DDRM.normF(right[1]);
        int kept = kept(values, svd.numberOfSingularValues(), error, noise);
        return new LowRank(
                tensor, out, in, kept, half(left[0], u, values, kept, false), half(right[0], v, values, kept, true));
    }

    /** Q, (n, r), and R, (r, r). */
    private static DMatrixRMaj[] qr(DMatrixRMaj tall) {
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(tall.numRows, tall.numCols);
        if (!qr.decompose(tall.copy())) {
            throw new ArithmeticException("the QR decomposition failed");
        }
        return new DMatrixRMaj[] {qr.getQ(null, true), qr.getR(null, true)};
    }

    /** How many of the largest leave no more than the error; at least one. What rounding has left of changes that cancel is nothing. */
    private static int kept(double[] values, int count, double error, double noise) {
        double all = 0;
        for (int i = 0; i < count; i++) {
            all += values[i] * values[i];
        }
        double dropped = 0;
        int kept = count;
        while (kept > 1 && values[kept - 1] <= noise) {
            kept--;
        }
        while (kept > 1 && dropped + values[kept - 1] * values[kept - 1] <= error * error * all) {
            kept--;
            dropped += values[kept] * values[kept];
        }
        return kept;
    }

    /** {@code Q·U·√S} of the columns that are kept, (n, kept), or its transpose. */
    private static float[] half(DMatrixRMaj q, DMatrixRMaj u, double[] values, int kept, boolean transposed) {
        DMatrixRMaj some = CommonOps_DDRM.extract(u, 0, u.numRows, 0, kept);
        double[] roots = new double[kept];
        for (int i = 0; i < kept; i++) {
            roots[i] = Math.sqrt(values[i]);
        }
        CommonOps_DDRM.multCols(some, roots);
        DMatrixRMaj product = new DMatrixRMaj(q.numRows, kept);
        CommonOps_DDRM.mult(q, some, product);
        if (transposed) {
            CommonOps_DDRM.transpose(product);
        }
        float[] floats = new float[product.getNumElements()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) product.data[i];
        }
        return floats;
    }

    private static DMatrixRMaj matrix(int rows, int columns, float[] values) {
        DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < values.length; i++) {
            matrix.data[i] = values[i];
        }
        return matrix;
    }
}
