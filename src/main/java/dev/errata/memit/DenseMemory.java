package dev.errata.memit;

import dev.errata.delta.TensorChange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * A live set that has outgrown d_k: {@code A = λC + K Kᵀ}, {@code P = A⁻¹} and {@code T = V Kᵀ}, so that {@code ΔW = T P}.
 *
 * <p>Nothing here grows with the live set but the pairs themselves. P follows a few new pairs by {@code P − Ĝ Ĝᵀ}, and is inverted anew
 * when they are many, when pairs go, and when a probe says that it is no longer A's inverse: to take pairs out of P itself loses digits,
 * to take them out of A does not. A in turn is summed anew from the pairs when much has gone through it.
 *
 * <h2>Limits</h2> Two d_k x d_k matrices and one d x d_k in the heap, two more d_k x d_k in native memory while P is inverted. A change
 * by u pairs costs d_k²·u, or 2 d_k³ when P is inverted.
 * <h2>Thread safety</h2> Immutable.
 */
final class DenseMemory implements AssociativeMemory {
    /** More new pairs than one in so many of d_k: inverting anew costs as much as following them. */
    private static final int FOLLOW_PART = 4;
    /** How far A·P·x may be from x, relative, against what it was when P was inverted. */
    private static final double RESIDUAL_GROWTH = 16;

    private static final double RESIDUAL_SMALL = 1e-13;
    /** When what has gone from A weighs so many times what is left, A is summed anew. */
    private static final double GONE_MAX = 8;

    private final Prior prior;
    private final Rows keys;
    private final Rows values;
    private final DMatrixRMaj a;
    private final DMatrixRMaj t;
    private final DMatrixRMaj p;
    private final double fresh;
    private final double gone;

    private DenseMemory(Prior prior, Rows keys, Rows values, Sums sums, Inverse inverse) {
        this.prior = prior;
        this.keys = keys;
        this.values = values;
        this.a = sums.a;
        this.t = sums.t;
        this.gone = sums.gone;
        this.p = inverse.p;
        this.fresh = inverse.fresh;
    }

    /** A, T, and the trace of all that was taken out of A since it was summed. */
    private record Sums(DMatrixRMaj a, DMatrixRMaj t, double gone) {
        static Sums of(Prior prior, Rows keys, Rows values) {
            DMatrixRMaj a = prior.weighted();
            CommonOps_DDRM.addEquals(a, keys.transposedTimes(keys));
            return new Sums(a, values.transposedTimes(keys), 0);
        }

        /** With these pairs, or for −1 without them. */
        Sums plus(DMatrixRMaj keys, DMatrixRMaj values, int sign) {
            DMatrixRMaj moment = Products.transposedTimes(keys, keys);
            double more = sign < 0 ? CommonOps_DDRM.trace(moment) : 0;
            return new Sums(
                    CommonOps_DDRM.add(a, sign, moment, null),
                    CommonOps_DDRM.add(t, sign, Products.transposedTimes(values, keys), null),
                    gone + more);
        }
    }

    /** P, and the residual that it had when it was inverted. */
    private record Inverse(DMatrixRMaj p, double fresh) {
        static Inverse of(DMatrixRMaj a) {
            DMatrixRMaj p = Products.inverse(a);
            return new Inverse(p, residual(a, p));
        }
    }

    /** The memory of some pairs, from nothing but them: keys (m, d_k), values (m, d). */
    static DenseMemory of(Prior prior, Rows keys, Rows values) {
        Sums sums = Sums.of(prior, keys, values);
        return new DenseMemory(prior, keys, values, sums, Inverse.of(sums.a));
    }

    @Override
    public int size() {
        return keys.count();
    }

    @Override
    public DMatrixRMaj keys() {
        return keys.matrix();
    }

    @Override
    public DMatrixRMaj recall(DMatrixRMaj queries) {
        return Products.timesTransposed(Products.times(queries, p), t);
    }

    @Override
    public DMatrixRMaj inverse(DMatrixRMaj rows) {
        return CommonOps_DDRM.subtract(rows, keys.timesTransposed(Products.times(keys.combine(rows), p)), null);
    }

    @Override
    public Insertion insert(DMatrixRMaj newKeys, DMatrixRMaj residuals) {
        DMatrixRMaj newValues = CommonOps_DDRM.add(residuals, recall(newKeys), null);
        DenseMemory after = with(newKeys, newValues);
        return new Insertion(after.towards(newKeys, residuals), newValues, after);
    }

    /**
     * The change of weights by which pairs that are here came in: {@code R Kᵀ P} (Eq. 14), as a product with factors R and P K or, where
     * that is smaller, as a matrix.
     *
     * @param some keys (n, d_k)
     * @param residuals (n, d) what they gave too little before
     */
    Change towards(DMatrixRMaj some, DMatrixRMaj residuals) {
        if (TensorChange.factorsAreSmaller(some.numRows, values.width(), keys.width())) {
            return new Factors(residuals, Products.times(some, p));
        }
        return new Change.Whole(Products.times(Products.transposedTimes(residuals, some), p));
    }

    @Override
    public DenseMemory with(DMatrixRMaj newKeys, DMatrixRMaj newValues) {
        Sums sums = new Sums(a, t, gone).plus(newKeys, newValues, 1);
        boolean few = (long) newKeys.numRows * FOLLOW_PART <= keys.width();
        Inverse inverse = few ? followed(newKeys, sums.a) : Inverse.of(sums.a);
        return new DenseMemory(prior, keys.append(newKeys), values.append(newValues), sums, inverse);
    }

    private Inverse followed(DMatrixRMaj newKeys, DMatrixRMaj after) {
        DMatrixRMaj g = Products.times(newKeys, p);
        DMatrixRMaj hat = Cholesky.of(onePlus(Products.timesTransposed(newKeys, g))).forward(g);
        DMatrixRMaj less = CommonOps_DDRM.subtract(p, Products.transposedTimes(hat, hat), null);
        boolean good = residual(after, less) <= RESIDUAL_GROWTH * fresh + RESIDUAL_SMALL;
        return good ? new Inverse(less, fresh) : Inverse.of(after);
    }

    /**
     * {@inheritDoc}
     *
     * <p>With P and ΔW as they are with these pairs, and P' and ΔW' without: they pulled E = V_o − ΔW'K_o, and ΔW shrinks by E (P K_o)ᵀ,
     * the change by which they would come in again.
     */
    @Override
    public Removal remove(int... rows) {
        AssociativeMemory after = without(rows);
        DMatrixRMaj out = keys.pick(rows);
        DMatrixRMaj pushed = CommonOps_DDRM.subtract(after.recall(out), values.pick(rows), null);
        return new Removal(towards(out, pushed), after);
    }

    @Override
    public AssociativeMemory without(int... rows) {
        AssociativeMemory.requireDistinct(size(), rows);
        Rows lessKeys = keys.without(rows);
        Rows lessValues = values.without(rows);
        if (2L * lessKeys.count() < keys.width()) {
            // Only here, so that a live set near d_k does not change its form again and again.
            return PairMemory.of(prior, lessKeys, lessValues);
        }
        Sums sums = new Sums(a, t, gone).plus(keys.pick(rows), values.pick(rows), -1);
        if (sums.gone > GONE_MAX * CommonOps_DDRM.trace(sums.a)) {
            sums = Sums.of(prior, lessKeys, lessValues);
        }
        return new DenseMemory(prior, lessKeys, lessValues, sums, Inverse.of(sums.a));
    }

    /** ‖A P x − x‖ / ‖x‖ for x of alternating signs. */
    private static double residual(DMatrixRMaj a, DMatrixRMaj p) {
        DMatrixRMaj x = new DMatrixRMaj(a.numRows, 1);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = Integer.bitCount(i) % 2 == 0 ? 1 : -1;
        }
        DMatrixRMaj image = new DMatrixRMaj(a.numRows, 1);
        DMatrixRMaj back = new DMatrixRMaj(a.numRows, 1);
        CommonOps_DDRM.mult(p, x, image);
        CommonOps_DDRM.mult(a, image, back);
        return NormOps_DDRM.normF(CommonOps_DDRM.subtract(back, x, null)) / Math.sqrt(a.numRows);
    }

    private static DMatrixRMaj onePlus(DMatrixRMaj square) {
        for (int i = 0; i < square.numRows; i++) {
            square.add(i, i, 1);
        }
        return square;
    }
}
