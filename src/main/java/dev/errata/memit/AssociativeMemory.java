package dev.errata.memit;

import java.util.BitSet;
import org.ejml.data.DMatrixRMaj;

/**
 * What the solver remembers of one edited block: the live pairs, and ΔW as a function of them (live-set.md §2).
 *
 * <p>With live keys K and values V as columns, the weights that fit the pairs best while preserving what the covariance stands for are
 * {@code ΔW = V Kᵀ (λC + K Kᵀ)⁻¹}. While there are fewer pairs than a key has dimensions that is kept as {@link PairMemory}, whose
 * matrices are as large as the live set; beyond that as {@link DenseMemory}, whose matrices are as large as a key.
 *
 * <p>All matrices are fp64 and lie with one <em>row</em> for each pair, that is, transposed against the formulas.
 *
 * <h2>Thread safety</h2> Immutable: each change gives another memory.
 */
sealed interface AssociativeMemory permits PairMemory, DenseMemory {

    /** Pairs that were put in, the change of weights that does it, and the memory afterwards. */
    record Insertion(Change change, DMatrixRMaj values, AssociativeMemory after) {}

    /** The change of weights that takes pairs out, and the memory afterwards. */
    record Removal(Change change, AssociativeMemory after) {}

    /** No pairs: ΔW = 0. */
    static AssociativeMemory empty(Prior prior, int keyWidth, int width) {
        return PairMemory.of(prior, Rows.empty(keyWidth), Rows.empty(width));
    }

    /** How many pairs are live. */
    int size();

    /** The live keys, (m, d_k), a copy. */
    DMatrixRMaj keys();

    /** ΔW·k for each of {@code queries} (n, d_k): (n, d). */
    DMatrixRMaj recall(DMatrixRMaj queries);

    /** {@code M⁻¹·rows} for rows (m, any), where M = I + KᵀP₀K: what {@link Capacity} asks; {@code rows − KᵀP K·rows}. */
    DMatrixRMaj inverse(DMatrixRMaj rows);

    /**
     * Puts pairs in.
     *
     * @param newKeys (n, d_k)
     * @param residuals (n, d) what ΔW shall give for each key beyond what it gives now
     */
    Insertion insert(DMatrixRMaj newKeys, DMatrixRMaj residuals);

    /** The memory with pairs put in whose values (n, d) are known: what {@link #insert} leaves, without the change of weights. */
    AssociativeMemory with(DMatrixRMaj newKeys, DMatrixRMaj newValues);

    /**
     * Takes pairs out, exactly.
     *
     * @param rows positions of the pairs, distinct
     */
    Removal remove(int... rows);

    /** The memory with pairs taken out: what {@link #remove} leaves, without the change of weights. */
    AssociativeMemory without(int... rows);

    /** Refuses positions that are none of {@code size}, or are named twice. */
    static void requireDistinct(int size, int... rows) {
        BitSet seen = new BitSet(size);
        for (int row : rows) {
            if (row < 0 || row >= size || seen.get(row)) {
                throw new IllegalArgumentException("row: " + row + " (expected: distinct, below " + size + ")");
            }
            seen.set(row);
        }
    }
}
