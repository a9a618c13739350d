package dev.errata.memit;

import java.util.Arrays;

/**
 * A target that was found and may be used again: what remains of a search when its trace is forgotten.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param target z (d), fp32
 * @param initial the state of the base model that the search started from (d), fp32; {@code target - initial} is δ
 * @param nll mean negative log-likelihood of the object at {@code target}, in nats: whether it has converged is judged by it each time
 */
public record KeptTarget(float[] target, float[] initial, double nll) {
    public KeptTarget {
        if (target.length == 0 || target.length != initial.length) {
            throw new IllegalArgumentException("target: " + target.length + " and " + initial.length + " numbers (expected: d each)");
        }
        target = target.clone();
        initial = initial.clone();
    }

    static KeptTarget of(TargetResult.Found found) {
        return new KeptTarget(found.target(), found.initial(), found.nll());
    }

    @Override
    public float[] target() {
        return target.clone();
    }

    @Override
    public float[] initial() {
        return initial.clone();
    }

    /** d. */
    int width() {
        return target.length;
    }

    /** Bitwise: 0.0 and -0.0 differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof KeptTarget o
                && Double.compare(nll, o.nll) == 0
                && Arrays.equals(target, o.target)
                && Arrays.equals(initial, o.initial);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(target) + Double.hashCode(nll);
    }

    @Override
    public String toString() {
        return "KeptTarget[width=" + width() + ", nll=" + nll + "]";
    }
}
