package dev.errata.transformer;

import static java.util.Objects.requireNonNull;

/**
 * A row of tokens whose state is changed at one position, and read at its end.
 *
 * @param ids the tokens that are fed; the live array, not to be changed
 * @param at the position where the state is changed
 * @param scored so many of the last positions are read, at least 1, none before {@code at}
 * @param until the block behind which they are read
 * @param prefix which of the {@link SharedPrefixes} it begins with; it ends before {@code at}
 */
public record SteeredRow(long[] ids, int at, int scored, int until, int prefix) {
    public SteeredRow {
        requireNonNull(ids, "ids");
        if (at < 0 || scored < 1 || at > ids.length - scored) {
            throw new IllegalArgumentException(
                    "at: " + at + ", scored: " + scored + " (expected: within " + ids.length + " tokens, scored ones from at on)");
        }
    }

    /** Positions from {@code at} to the end: those that a change can reach. */
    int length() {
        return ids.length - at;
    }

    /** Whether rows can be run as one bundle. */
    boolean alike(SteeredRow other) {
        return length() == other.length() && scored == other.scored && until == other.until;
    }
}
