package dev.errata.memit;

import java.util.Random;
import java.util.function.UnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * How much of a block's room its live pairs take, from M = I + KᵀP₀K (live-set.md §6).
 *
 * <p>A pair's leverage is {@code 1 − (M⁻¹)ᵢᵢ}: the share of its value that the weights give back for its key. It is near 1 for a key that
 * has a direction of its own, and falls as keys come to share directions; the sum over all pairs never exceeds d_k. The smallest
 * eigenvalue of M is at least 1, and 1 where two live keys are one.
 *
 * <h2>Limits</h2> Exact trace for up to {@value #EXACT} pairs; beyond that from {@value #PROBES} random sign vectors of a fixed seed, whose
 * standard error is below {@code 1/√(4m)}. The eigenvalue comes from inverse iteration, {@value #STEPS} steps where pairs are many, and
 * is met from above. Costs about twenty solves with M's factor then.
 *
 * @param pairs live pairs m, at least 1
 * @param meanLeverage 0 to 1
 * @param smallestEigenvalue of M, 1 or more
 */
public record Capacity(int pairs, double meanLeverage, double smallestEigenvalue) {
    static final int EXACT = 128;
    private static final int PROBES = 8;
    private static final int STEPS = 12;
    /** Of inverse iteration where a solve costs next to nothing. */
    private static final int STEPS_EXACT = 100;
    private static final long SEED = 6;

    /** @param inverse {@code M⁻¹·rows} for rows (m, any) */
    static Capacity of(int pairs, UnaryOperator<DMatrixRMaj> inverse) {
        double trace = pairs <= EXACT ? CommonOps_DDRM.trace(inverse.apply(CommonOps_DDRM.identity(pairs))) : estimate(pairs, inverse);
        return new Capacity(pairs, clamp(1 - trace / pairs, 0, 1), Math.max(1, 1 / largest(pairs, inverse)));
    }

    /** The mean of wᵀM⁻¹w over sign vectors w is the trace (Hutchinson). */
    private static double estimate(int pairs, UnaryOperator<DMatrixRMaj> inverse) {
        Random random = new Random(SEED);
        DMatrixRMaj signs = new DMatrixRMaj(pairs, PROBES);
        for (int i = 0; i < signs.data.length; i++) {
            signs.data[i] = random.nextBoolean() ? 1 : -1;
        }
        DMatrixRMaj image = inverse.apply(signs);
        double sum = 0;
        for (int i = 0; i < signs.data.length; i++) {
            sum += signs.data[i] * image.data[i];
        }
        return sum / PROBES;
    }

    /** The largest eigenvalue of M⁻¹. */
    private static double largest(int pairs, UnaryOperator<DMatrixRMaj> inverse) {
        Random random = new Random(SEED);
        DMatrixRMaj vector = new DMatrixRMaj(pairs, 1);
        vector.data = random.doubles(pairs, -1, 1).toArray();
        double norm = NormOps_DDRM.normF(vector);
        double quotient = 1;
        int steps = pairs <= EXACT ? STEPS_EXACT : STEPS;
        for (int step = 0; step < steps; step++) {
            CommonOps_DDRM.divide(vector, norm);
            DMatrixRMaj image = inverse.apply(vector);
            quotient = CommonOps_DDRM.dot(vector, image);
            norm = NormOps_DDRM.normF(image);
            vector = image;
        }
        return quotient;
    }

    private static double clamp(double value, double least, double most) {
        return Math.max(least, Math.min(most, value));
    }
}
