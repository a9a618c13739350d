package dev.errata.memit;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * How the editor works, beyond the method's hyper-parameters.
 *
 * @param maxNll a target whose final mean negative log-likelihood (nats) is above this has not converged, and its fact is rejected
 * @param memory bytes on the device that a search may take, about, and that keys may take; changes no result beyond rounding
 * @param anchor what targets are searched on
 */
public record EditorSettings(double maxNll, long memory, Anchor anchor) {
    /** The memory of a search where nobody says otherwise. */
    public static final long MEMORY = 1L << 30;

    public EditorSettings {
        requireNonNull(anchor, "anchor");
        if (!(maxNll > 0)) {
            throw new ErrataException(Failure.SETTING_INVALID, "maxNll: " + maxNll + " (expected: above 0)");
        }
        if (memory < 1) {
            throw new ErrataException(Failure.SETTING_INVALID, "memory: " + memory + " (expected: 1 byte or more)");
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
