package dev.errata.worker;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * How much is tried before facts are rejected that make an edit fail. A value out of range is {@link Failure#SETTING_INVALID}.
 *
 * @param edits edits that one batch may take while {@link Bisection} looks for what it fails for; 1 rejects a batch that fails whole
 * @param attempts so often an intent may make the editor fail unexpectedly, or its process end, before the failure is held against
 *     facts of the batch; from twice as many on the batch is not edited any more
 */
public record Patience(int edits, int attempts) {
    public static final Patience DEFAULT = new Patience(32, 5);
    private static final int MAX = 1000;

    public Patience {
        require("max-edits", edits);
        require("max-attempts", attempts);
    }

    private static void require(String name, int value) {
        if (value < 1 || value > MAX) {
            throw new ErrataException(
                    Failure.SETTING_INVALID, "errata.batch." + name + ": " + value + " (expected: 1 to " + MAX + ")");
        }
    }

    /** Whether an unexpected failure of an edit is held against facts of its batch. */
    boolean isolates(int attempt) {
        return attempt >= attempts;
    }

    /** Whether the batch is not edited any more. */
    boolean endsAt(int attempt) {
        return attempt >= 2 * attempts;
    }
}
