package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.regex.Pattern;

/**
 * A name for a version.
 *
 * @param version 0 is the base model
 * @param digest of that version's edited tensors, so that the tag names weights and not only a number
 * @param movable whether the name may be given to another version later
 */
public record Tag(String name, long version, String digest, boolean movable) {
    static final Pattern LEGAL = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,99}");

    public Tag {
        requireNonNull(digest, "digest");
        if (!LEGAL.matcher(requireNonNull(name, "name")).matches() || VersionRef.isWord(name)) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID,
                    "tag: \"" + name + "\" (expected: a letter, then up to 99 of A-Z a-z 0-9 . _ -; neither head nor base)");
        }
        if (version < 0) {
            throw new ErrataException(Failure.REQUEST_INVALID, "version: " + version + " (expected: 0 or more)");
        }
    }
}
