package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;

/**
 * A version as people name it: {@code 42}, {@code head}, {@code base}, a tag, or a time such as {@code 2026-05-01T12:00Z}, which stands for
 * what had been committed by then.
 */
public sealed interface VersionRef {
    /** Words that are no tags. */
    Set<String> WORDS = Set.of("head", "base");

    /** Digits of the largest number that is read. */
    int DIGITS = 18;

    /** By its number; 0 is the base model. */
    record Numbered(long number) implements VersionRef {}

    /** The announced version. */
    record Announced() implements VersionRef {}

    /** What a tag names. */
    record Tagged(String name) implements VersionRef {
        public Tagged {
            requireNonNull(name, "name");
        }
    }

    /** The newest version that was committed at this time or before. */
    record At(Instant time) implements VersionRef {
        public At {
            requireNonNull(time, "time");
        }
    }

    /** What a reference is looked up in. */
    interface Line {
        /** The announced version; 0 before the first. */
        long announced();

        /** The newest version that is known. */
        long newest();

        Optional<Tag> tag(String name);

        /** The newest version that was committed at this time or before; 0 where none was. */
        long at(Instant time);
    }

    static boolean isWord(String name) {
        return WORDS.contains(name);
    }

    /** @throws ErrataException REQUEST_INVALID for text that names no version */
    static VersionRef parse(String text) {
        if (text.matches("[0-9]{1," + DIGITS + "}")) {
            return new Numbered(Long.parseLong(text));
        }
        if (text.equals("head")) {
            return new Announced();
        }
        if (text.equals("base")) {
            return new Numbered(0);
        }
        if (Tag.LEGAL.matcher(text).matches()) {
            return new Tagged(text);
        }
        try {
            return new At(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID,
                    "version: \"" + text + "\" (expected: a number, head, base, a tag, or a time such as 2026-05-01T12:00Z)", e);
        }
    }

    /**
     * The number of the version that is meant.
     *
     * @throws ErrataException VERSION_UNKNOWN for a version that is not there, TAG_UNKNOWN for a tag
     */
    default long resolve(Line line) {
        long number;
        if (this instanceof Numbered numbered) {
            number = numbered.number();
        } else if (this instanceof Tagged tagged) {
            number = line.tag(tagged.name()).map(Tag::version).orElseThrow(() -> new ErrataException(
                    Failure.TAG_UNKNOWN, "tag: " + tagged.name() + " (expected: one that there is)"));
        } else {
            number = this instanceof At at ? line.at(at.time()) : line.announced();
        }
        if (number > line.newest()) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: 0 to " + line.newest() + ")");
        }
        return number;
    }
}
