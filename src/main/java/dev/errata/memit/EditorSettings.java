package dev.errata.memit;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * How the editor works, beyond the method's hyper-parameters.
 *
 * @param maxNll a target whose final mean negative log-likelihood (nats) is above this has not converged, and its fact is rejected
 * @param groupSize facts that run together; bounds memory, changes no result beyond rounding
 * @param anchor what targets are searched on
 */
public record EditorSettings(double maxNll, int groupSize, Anchor anchor) {
    /** Facts that run together where nobody says otherwise: near the best rate on a CPU. */
    public static final int GROUP_SIZE = 32;

    public EditorSettings {
        requireNonNull(anchor, "anchor");
        if (!(maxNll > 0)) {
            throw new ErrataException(Failure.SETTING_INVALID, "maxNll: " + maxNll + " (expected: above 0)");
        }
        if (groupSize < 1) {
            throw new ErrataException(Failure.SETTING_INVALID, "groupSize: " + groupSize + " (expected: 1 or more)");
        }
    }

    /** What targets are searched on. */
    public enum Anchor {
        /** The base model: a target depends on nothing that was edited before (live-set.md §1). */
        BASE,
        /** The weights as they are when the batch begins: the reference's way, for comparison. */
        CURRENT
    }
}
