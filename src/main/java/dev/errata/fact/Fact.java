package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/** A fact {@code (s, r, o)}: the object that a subject has under a relation. */
public record Fact(String subject, Relation relation, String object) {
    public Fact {
        requireNonNull(relation, "relation");
        if (Normal.form(requireNonNull(subject, "subject")).isEmpty()) {
            throw new ErrataException(Failure.SUBJECT_EMPTY, "subject: \"" + subject + "\" (expected: some text)");
        }
        if (Normal.form(requireNonNull(object, "object")).isEmpty()) {
            throw new ErrataException(Failure.OBJECT_EMPTY, "object: \"" + object + "\" (expected: some text)");
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
