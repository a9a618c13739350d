package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * A fact {@code (s, r, o)}: the object that a subject has under a relation, spelled as the source spells it.
 *
 * <p>Refuses a subject ({@link Failure#SUBJECT_EMPTY}) or an object ({@link Failure#OBJECT_EMPTY}) that is nothing but white space.
 * Limits on length are the reader's, which knows the settings.
 */
public record Fact(String subject, Relation relation, String object) {
    public Fact {
        requireNonNull(relation, "relation");
        requireSubject(subject);
        if (Normal.form(requireNonNull(object, "object")).isEmpty()) {
            throw new ErrataException(Failure.OBJECT_EMPTY, "object: \"" + object + "\" (expected: some text)");
        }
    }

    static void requireSubject(String subject) {
        if (Normal.form(requireNonNull(subject, "subject")).isEmpty()) {
            throw new ErrataException(Failure.SUBJECT_EMPTY, "subject: \"" + subject + "\" (expected: some text)");
        }
    }

    public FactKey key() {
        return FactKey.of(subject, relation.id());
    }

    /** The question whose answer is the object. */
    public String prompt() {
        return relation.about(subject);
    }
}
