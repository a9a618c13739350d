package dev.errata.memit;

import org.ejml.data.DMatrixRMaj;

/**
 * A change of one block's weights as ΔW = Bᵀ·A, fp64. Both lie with one row for each rank, as all of the solver's matrices do.
 *
 * @param b (rank, d)
 * @param a (rank, d_k)
 */
record Factors(DMatrixRMaj b, DMatrixRMaj a) {}
