package dev.errata.memit;

import org.ejml.data.DMatrixRMaj;

/** λC and P₀ = (λC)⁻¹ (d_k x d_k, fp64, symmetric): what one edited block preserves before any fact is written. */
interface Prior {
    /** {@code rows·P₀} for rows (n, d_k). */
    DMatrixRMaj times(DMatrixRMaj rows);

    /** λC, a matrix of the caller's own. Only a live set as large as d_k needs it. */
    DMatrixRMaj weighted();
}
