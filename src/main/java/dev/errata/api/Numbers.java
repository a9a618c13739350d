package dev.errata.api;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/** Numbers in paths and queries, as text: left to JAX-RS, a letter in one of them would be told as "not found". */
final class Numbers {
    private Numbers() {}

    /**
     * @param text null where it was not given
     * @throws ErrataException REQUEST_INVALID outside of {@code min..max}
     */
    static long read(String name, String text, long preset, long min, long max) {
        if (text == null) {
            return preset;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw outside(name, text, min, max);
        }
        throw outside(name, text, min, max);
    }

    private static ErrataException outside(String name, String text, long min, long max) {
        return new ErrataException(Failure.REQUEST_INVALID, name + ": \"" + text + "\" (expected: a number in " + min + ".." + max + ")");
    }
}
