package dev.errata.memit;

import java.util.BitSet;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * What the solver remembers of one edited block: the live pairs, and ΔW as a function of them (live-set.md §2).
 *
 * <p>With live keys K and values V as columns, {@code X = P₀K} and {@code M = I + KᵀX}, the weights that fit the pairs best while
 * preserving what the covariance stands for are {@code ΔW = V M⁻¹ Xᵀ}, the same as {@code V Kᵀ (λC + K Kᵀ)⁻¹}. So the state is the live
 * set and not the path to it, no d_k x d_k matrix is ever updated, and taking a fact out is striking a row and a column of M, whose
 * eigenvalues are at least 1. The textbook downdate of P instead loses its digits within a few revisions.
 *
 * <p>All matrices are fp64 and lie with one <em>row</em> for each pair, that is, transposed against the formulas.
 *
 * <h2>Limits</h2> Memory and time grow with live pairs m: two m x d_k matrices, one m x m, and m³/3 for each change.
 * <h2>Thread safety</h2> Immutable: each change gives another memory.
 */
final class AssociativeMemory {
    private final Prior prior;
    private final DMatrixRMaj keys;
    private final DMatrixRMaj images;
    private final DMatrixRMaj values;
    private final DMatrixRMaj gram;
    private final Cholesky factor;

    /** Pairs that were put in, the change of weights that does it, and the memory afterwards. */
    record Insertion(Factors factors, DMatrixRMaj values, AssociativeMemory after) {}

    /** The change of weights that takes pairs out, and the memory afterwards. */
    record Removal(Factors factors, AssociativeMemory after) {}

    private AssociativeMemory(Prior prior, DMatrixRMaj keys, DMatrixRMaj images, DMatrixRMaj values, DMatrixRMaj gram) {
        this.prior = prior;
        this.keys = keys;
        this.images = images;
        this.values = values;
        this.gram = gram;
        this.factor = Cholesky.of(gram);
    }

    /** No pairs: ΔW = 0. */
    static AssociativeMemory empty(Prior prior, int keyWidth, int width) {
        DMatrixRMaj noKeys = new DMatrixRMaj(0, keyWidth);
        return new AssociativeMemory(prior, noKeys, noKeys, new DMatrixRMaj(0, width), new DMatrixRMaj(0, 0));
    }

    int size() {
        return keys.numRows;
    }

    /** The live keys, (m, d_k); to be read only. */
    DMatrixRMaj keys() {
        return keys;
    }

    /** ΔW·k for each of {@code queries} (n, d_k): (n, d). */
    DMatrixRMaj recall(DMatrixRMaj queries) {
        return timesTransposed(factor.solve(times(images, queries)), values);
    }

    /** {@code M⁻¹·rows} for rows (m, any): what {@link Capacity} asks; equal to {@code rows − KᵀP K·rows}. */
    DMatrixRMaj inverse(DMatrixRMaj rows) {
        return factor.solve(rows);
    }

    /**
     * Puts pairs in (DESIGN §4): G = P K, S = I + KᵀG = C Cᵀ, Ĝ = G C⁻ᵀ, B̂ = R C⁻ᵀ, ΔW grows by B̂ Ĝᵀ.
     *
     * @param newKeys (n, d_k)
     * @param residuals (n, d) what ΔW shall give for each key beyond what it gives now
     */
    Insertion insert(DMatrixRMaj newKeys, DMatrixRMaj residuals) {
        DMatrixRMaj newImages = prior.times(newKeys);
        DMatrixRMaj cross = times(images, newKeys);
        DMatrixRMaj weights = factor.solve(cross);
        // P K = P₀K − X M⁻¹ XᵀK
        DMatrixRMaj g = newImages.copy();
        CommonOps_DDRM.multAddTransA(-1, weights, images, g);
        Cholesky s = Cholesky.of(onePlus(times(newKeys, g)));
        DMatrixRMaj newValues = residuals.copy();
        CommonOps_DDRM.multAddTransA(weights, values, newValues);
        return new Insertion(new Factors(s.forward(residuals), s.forward(g)), newValues, append(newKeys, newImages, cross, newValues));
    }

    /** The memory with pairs put in whose values (n, d) are known: what {@link #insert} leaves, without the change of weights. */
    AssociativeMemory with(DMatrixRMaj newKeys, DMatrixRMaj newValues) {
        return append(newKeys, prior.times(newKeys), times(images, newKeys), newValues);
    }

    /**
     * Takes pairs out, exactly: with Q = X M⁻¹ₒ, E = V M⁻¹ₒ (what they still pull, V_o − ΔW K_o) and S = (M⁻¹)ₒₒ = C Cᵀ, ΔW shrinks by
     * E S⁻¹ Qᵀ = (E C⁻ᵀ)(Q C⁻ᵀ)ᵀ.
     *
     * @param rows positions of the pairs, distinct
     */
    Removal remove(int... rows) {
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
        DMatrixRMaj b = c.forward(timesTransposed(inverse, values));
        CommonOps_DDRM.changeSign(b);
        return new Removal(new Factors(b, c.forward(timesTransposed(inverse, images))), without(rows));
    }

    /** The memory with pairs taken out: what {@link #remove} leaves, without the change of weights. */
    AssociativeMemory without(int... rows) {
        BitSet kept = new BitSet(size());
        kept.set(0, size());
        for (int row : rows) {
            if (!kept.get(row)) {
                throw new IllegalArgumentException("row: " + row + " (expected: distinct, below " + size() + ")");
            }
            kept.clear(row);
        }
        int[] rest = kept.stream().toArray();
        DMatrixRMaj m = new DMatrixRMaj(rest.length, rest.length);
        CommonOps_DDRM.extract(gram, rest, rest.length, rest, rest.length, m);
        return new AssociativeMemory(prior, pick(keys, rest), pick(images, rest), pick(values, rest), m);
    }

    /** @param cross XᵀK of the pairs here with the new keys, (m, n) */
    private AssociativeMemory append(DMatrixRMaj newKeys, DMatrixRMaj newImages, DMatrixRMaj cross, DMatrixRMaj newValues) {
        int m = size();
        DMatrixRMaj all = new DMatrixRMaj(m + newKeys.numRows, m + newKeys.numRows);
        CommonOps_DDRM.insert(gram, all, 0, 0);
        CommonOps_DDRM.insert(cross, all, 0, m);
        CommonOps_DDRM.insert(CommonOps_DDRM.transpose(cross, null), all, m, 0);
        CommonOps_DDRM.insert(onePlus(times(newKeys, newImages)), all, m, m);
        return new AssociativeMemory(prior, stack(keys, newKeys), stack(images, newImages), stack(values, newValues), all);
    }

    private static DMatrixRMaj times(DMatrixRMaj a, DMatrixRMaj b) {
        return CommonOps_DDRM.multTransB(a, b, new DMatrixRMaj(a.numRows, b.numRows));
    }

    private static DMatrixRMaj timesTransposed(DMatrixRMaj a, DMatrixRMaj b) {
        return CommonOps_DDRM.multTransA(a, b, new DMatrixRMaj(a.numCols, b.numCols));
    }

    private static DMatrixRMaj onePlus(DMatrixRMaj square) {
        for (int i = 0; i < square.numRows; i++) {
            square.add(i, i, 1);
        }
        return square;
    }

    private static DMatrixRMaj pick(DMatrixRMaj matrix, int[] rows) {
        DMatrixRMaj picked = new DMatrixRMaj(rows.length, matrix.numCols);
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(matrix.data, rows[i] * matrix.numCols, picked.data, i * matrix.numCols, matrix.numCols);
        }
        return picked;
    }

    private static DMatrixRMaj stack(DMatrixRMaj above, DMatrixRMaj below) {
        DMatrixRMaj stacked = new DMatrixRMaj(above.numRows + below.numRows, above.numCols);
        System.arraycopy(above.data, 0, stacked.data, 0, above.numRows * above.numCols);
        System.arraycopy(below.data, 0, stacked.data, above.numRows * above.numCols, below.numRows * below.numCols);
        return stacked;
    }
}
