package dev.errata.memit;

import java.util.Arrays;

/**
 * What is added to a covariance that is singular or nearly so: {@code C + ρ·(tr C / d_k)·I}, so that every direction counts as used at
 * least ρ times as much as one does on average.
 *
 * <p>Without it a direction that the text never used would be free to change: a tiny eigenvalue, a huge step. ρ is the smallest of
 * 10⁻⁸, 10⁻⁷ … 10⁻² with which the inverse is one to working precision; from fewer tokens than dimensions, where some eigenvalues are
 * zero for certain, the smallest from 10⁻⁴ on. Most covariances need none.
 */
final class Ridge {
    private static final double[] STEPS = {0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2};
    private static final int FEW_TOKENS = 5;

    private Ridge() {}

    /** The values of ρ to try, in their order. */
    static double[] steps(long tokens, int width) {
        return tokens >= width ? STEPS.clone() : Arrays.copyOfRange(STEPS, FEW_TOKENS, STEPS.length);
    }

    /** What to add to the diagonal of C (d_k, d_k). */
    static double diagonal(double ridge, double[] mean, int width) {
        double trace = 0;
        for (int i = 0; i < width; i++) {
            trace += mean[i * width + i];
        }
        return ridge * trace / width;
    }
}
