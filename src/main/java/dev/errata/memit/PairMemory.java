package dev.errata.memit;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The live pairs with {@code X = P₀K} and the Cholesky factor of {@code M = I + KᵀX}: {@code ΔW = V M⁻¹ Xᵀ} (live-set.md §2).
 *
 * <p>No d_k x d_k matrix is ever updated. M's eigenvalues are at least 1. The factor is extended for pairs that come and shrunk for pairs
 * that go, by rotations; the textbook downdate of P instead loses its digits within a few revisions. A probe watches how far the factor
 * is from M, and it is made anew when that grows.
 *
 * <h2>Limits</h2> Memory: two m x d_k matrices, one m x d, m²/2. Time of a change by u pairs: one product with P₀ (d_k²·u),
 * d_k·u·m for the others, u³. Fewer pairs than d_k; more go to {@link DenseMemory}.
 * <h2>Thread safety</h2> Immutable; what two memories have in common they share.
 */
final class PairMemory implements AssociativeMemory {
    /** How far C·Cᵀ may be from M, relative, before C is made anew; a fresh factor is three orders below. */
    private static final double RESIDUAL_MAX = 1e-12;
    /** So many insertions may pass without a look; each removal is looked at. */
    private static final int INSERTIONS_MAX = 16;
    /** When more than one pair in so many goes, a new factor costs less than rotations. */
    private static final int SHRINK_PART = 4;

    private final Prior prior;
    private final Rows keys;
    private final Rows images;
    private final Rows values;
    private final Cholesky factor;
    private final int insertions;

    private PairMemory(Prior prior, Rows keys, Rows images, Rows values, Cholesky factor, int insertions) {
        this.prior = prior;
        this.keys = keys;
        this.images = images;
        this.values = values;
        this.factor = factor;
        this.insertions = insertions;
    }

    /** The memory of some pairs, from nothing but them: keys (m, d_k), values (m, d). */
    static PairMemory of(Prior prior, Rows keys, Rows values) {
        Rows images = Rows.empty(keys.width());
        for (int from = 0; from < keys.count(); from += Rows.STEP_ROWS) {
            images = images.append(prior.times(keys.range(from, Math.min(keys.count(), from + Rows.STEP_ROWS))));
        }
        return new PairMemory(prior, keys, images, values, factored(keys, images), 0);
    }

    private static Cholesky factored(Rows keys, Rows images) {
        DMatrixRMaj m = new DMatrixRMaj(keys.count(), keys.count());
        for (int from = 0; from < keys.count(); from += Rows.STEP_ROWS) {
            DMatrixRMaj some = images.range(from, Math.min(keys.count(), from + Rows.STEP_ROWS));
            CommonOps_DDRM.insert(keys.timesTransposed(some), m, 0, from);
        }
        return Cholesky.of(onePlus(m));
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
        return values.combine(factor.solve(images.timesTransposed(queries)));
    }

    @Override
    public DMatrixRMaj inverse(DMatrixRMaj rows) {
        return factor.solve(rows);
    }

    /**
     * {@inheritDoc}
     *
     * <p>G = P K, S = I + KᵀG = C Cᵀ, Ĝ = G C⁻ᵀ, B̂ = R C⁻ᵀ, ΔW grows by B̂ Ĝᵀ (DESIGN §4).
     */
    @Override
    public Insertion insert(DMatrixRMaj newKeys, DMatrixRMaj residuals) {
        if (outgrown(newKeys.numRows)) {
            DMatrixRMaj newValues = CommonOps_DDRM.add(residuals, recall(newKeys), null);
            DenseMemory after = dense(newKeys, newValues);
            return new Insertion(after.towards(newKeys, residuals), newValues, after);
        }
        Step step = new Step(newKeys);
        DMatrixRMaj newValues = CommonOps_DDRM.add(residuals, values.combine(step.weights), null);
        Factors factors = new Factors(step.rest.forward(residuals), step.rest.forward(step.g));
        return new Insertion(factors, newValues, step.after(newKeys, newValues));
    }

    @Override
    public AssociativeMemory with(DMatrixRMaj newKeys, DMatrixRMaj newValues) {
        if (outgrown(newKeys.numRows)) {
            return dense(newKeys, newValues);
        }
        return new Step(newKeys).after(newKeys, newValues);
    }

    private boolean outgrown(int more) {
        return (long) size() + more >= keys.width();
    }

    private DenseMemory dense(DMatrixRMaj newKeys, DMatrixRMaj newValues) {
        return DenseMemory.of(prior, keys.append(newKeys), values.append(newValues));
    }

    /** What new keys have to do with those that are here. */
    private final class Step {
        /** P₀K, (n, d_k). */
        private final DMatrixRMaj image;
        /** C⁻¹XᵀK, (m, n). */
        private final DMatrixRMaj solved;
        /** M⁻¹XᵀK, (m, n). */
        private final DMatrixRMaj weights;
        /** P K = P₀K − X M⁻¹ XᵀK, (n, d_k). */
        private final DMatrixRMaj g;
        /** Of S, which is also what M has in the new corner once the old rows are eliminated. */
        private final Cholesky rest;

        Step(DMatrixRMaj newKeys) {
            image = prior.times(newKeys);
            solved = factor.forward(images.timesTransposed(newKeys));
            weights = factor.backward(solved);
            g = CommonOps_DDRM.subtract(image, images.combine(weights), null);
            rest = Cholesky.of(onePlus(Products.timesTransposed(newKeys, g)));
        }

        PairMemory after(DMatrixRMaj newKeys, DMatrixRMaj newValues) {
            Cholesky larger = factor.extended(solved, rest);
            PairMemory after = new PairMemory(
                    prior, keys.append(newKeys), images.append(image), values.append(newValues), larger, insertions + 1);
            return after.insertions < INSERTIONS_MAX ? after : after.checked();
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>With Q = X M⁻¹ₒ, E = V M⁻¹ₒ (what they still pull, V_o − ΔW K_o) and S = (M⁻¹)ₒₒ = C Cᵀ, ΔW shrinks by
     * E S⁻¹ Qᵀ = (E C⁻ᵀ)(Q C⁻ᵀ)ᵀ.
     */
    @Override
    public Removal remove(int... rows) {
        AssociativeMemory.requireDistinct(size(), rows);
        DMatrixRMaj unit = new DMatrixRMaj(size(), rows.length);
        for (int j = 0; j < rows.length; j++) {
            unit.set(rows[j], j, 1);
        }
        DMatrixRMaj inverse = factor.solve(unit);
        DMatrixRMaj s = new DMatrixRMaj(rows.length, rows.length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                s.set(i, j, inverse.get(rows[i], j));
            }
        }
        Cholesky c = Cholesky.of(s);
        DMatrixRMaj b = c.forward(values.combine(inverse));
        CommonOps_DDRM.changeSign(b);
        return new Removal(new Factors(b, c.forward(images.combine(inverse))), without(rows));
    }

    @Override
    public PairMemory without(int... rows) {
        AssociativeMemory.requireDistinct(size(), rows);
        Rows lessKeys = keys.without(rows);
        Rows lessImages = images.without(rows);
        boolean anew = (long) rows.length * SHRINK_PART > size();
        Cholesky less = anew ? factored(lessKeys, lessImages) : factor.without(rows);
        PairMemory after = new PairMemory(prior, lessKeys, lessImages, values.without(rows), less, anew ? 0 : insertions);
        return anew ? after : after.checked();
    }

    /** This memory, with a new factor if the one it has is no longer M's. */
    private PairMemory checked() {
        Cholesky good = residual() <= RESIDUAL_MAX ? factor : factored(keys, images);
        return new PairMemory(prior, keys, images, values, good, 0);
    }

    /** ‖C Cᵀx − M x‖ / ‖M x‖ for a random x. */
    double residual() {
        if (size() == 0) {
            return 0;
        }
        DMatrixRMaj x = new DMatrixRMaj(size(), 1);
        Random random = new Random(size());
        for (int i = 0; i < size(); i++) {
            x.data[i] = random.nextGaussian();
        }
        DMatrixRMaj image = keys.timesTransposed(images.combine(x));
        double[] factored = factor.times(x.data);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < size(); i++) {
            double exact = x.data[i] + image.data[i];
            difference += (factored[i] - exact) * (factored[i] - exact);
            norm += exact * exact;
        }
        return Math.sqrt(difference / norm);
    }

    private static DMatrixRMaj onePlus(DMatrixRMaj square) {
        for (int i = 0; i < square.numRows; i++) {
            square.add(i, i, 1);
        }
        return square;
    }
}
