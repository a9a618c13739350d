package dev.errata.memit;

import org.ejml.data.DMatrixRMaj;

/**
 * A change of one edited tensor as a product: {@code ΔW = bᵀ·a}.
 *
 * @param b fp64, (rank, d)
 * @param a fp64, (rank, d_k)
 */
record Factors(DMatrixRMaj b, DMatrixRMaj a) implements Change {}
