package dev.errata.memit;

import org.ejml.data.DMatrixRMaj;

/** A change of one edited tensor as the solver finds it, fp64, in the orientation (out, in) of ΔW. */
sealed interface Change permits Factors, Change.Whole {

    /** ΔW itself, for a change whose factors would be larger. */
    record Whole(DMatrixRMaj matrix) implements Change {}
}
