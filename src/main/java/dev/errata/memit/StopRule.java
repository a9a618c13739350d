package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Locale;

/**
 * When a covariance has seen enough text: at a number of tokens, or earlier when its standard error ({@link SplitHalf}) is small and a
 * floor is passed.
 *
 * @param floor tokens below which the error is not asked
 * @param cap tokens at which reading stops, with the document that brings them; {@link Long#MAX_VALUE} for the whole text
 * @param error relative standard error at or below which reading stops; 0 for never
 */
public record StopRule(long floor, long cap, double error) {
    /** The whole text. */
    public static final StopRule ALL = new StopRule(Long.MAX_VALUE, Long.MAX_VALUE, 0);

    /** The literature's figure for a good covariance, in tokens for each dimension of a key. */
    private static final long FLOOR = 10;

    private static final long CAP = 40;

    /** See docs/decisions/008 for the measurement. */
    private static final double ERROR = 0.08;

    public StopRule {
        if (floor < 0 || cap < floor || !(error >= 0)) {
            throw new ErrataException(
                    Failure.SETTING_INVALID,
                    "stop rule: " + floor + ", " + cap + ", " + error + " (expected: floor not above cap, an error of 0 or more)");
        }
    }

    /** Stops with the document that brings so many tokens. */
    public static StopRule tokens(long tokens) {
        return new StopRule(tokens, tokens, 0);
    }

    /** What is done where nobody asks for anything else, for keys of this width. */
    public static StopRule converged(int keyWidth) {
        return new StopRule(FLOOR * keyWidth, CAP * keyWidth, ERROR);
    }

    boolean enough(long tokens, double standardError) {
        return tokens >= cap || tokens >= floor && standardError <= error;
    }

    /** How a file names the rule that it was made by. */
    String label() {
        if (cap == Long.MAX_VALUE) {
            return "all";
        }
        return floor == cap ? Long.toString(cap) : String.format(Locale.ROOT, "%d to %d at %s", floor, cap, error);
    }
}
