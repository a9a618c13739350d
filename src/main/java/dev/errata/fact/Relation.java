package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * A relation as a model meets it.
 *
 * @param id what names the relation across sources, such as a Wikidata property; part of the fact key
 * @param prompt the template that asks for the object, with exactly one {@code {}} where the subject goes
 */
public record Relation(String id, String prompt) {
    public static final String HOLE = "{}";

    public Relation {
        requireNonNull(id, "id");
        requireNonNull(prompt, "prompt");
        int first = prompt.indexOf(HOLE);
        if (first < 0 || prompt.indexOf(HOLE, first + HOLE.length()) >= 0) {
            throw new ErrataException(Failure.SUBJECT_NOT_IN_PROMPT, "prompt: \"" + prompt + "\" (expected: exactly one {} for the subject)");
        }
    }

    /** The prompt about this subject. */
    public String about(String subject) {
        return prompt.replace(HOLE, subject);
    }
}
