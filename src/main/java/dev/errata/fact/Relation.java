package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * A relation as a model meets it. Refuses an id that is nothing but white space ({@link Failure#RELATION_EMPTY}) and a prompt without
 * exactly one hole ({@link Failure#SUBJECT_NOT_IN_PROMPT}).
 *
 * @param id what names the relation across sources, such as a Wikidata property; part of the fact key
 * @param prompt the template that asks for the object, with exactly one {@code {}} where the subject goes
 */
public record Relation(String id, String prompt) {
    public static final String HOLE = "{}";

    public Relation {
        requireId(id);
        requireNonNull(prompt, "prompt");
        int first = prompt.indexOf(HOLE);
        if (first < 0 || prompt.indexOf(HOLE, first + HOLE.length()) >= 0) {
            throw new ErrataException(
                    Failure.SUBJECT_NOT_IN_PROMPT, "prompt: \"" + prompt + "\" (expected: exactly one {} for the subject)");
        }
    }

    static void requireId(String id) {
        if (Normal.form(requireNonNull(id, "id")).isEmpty()) {
            throw new ErrataException(Failure.RELATION_EMPTY, "relation: \"" + id + "\" (expected: some text)");
        }
    }

    /** The prompt about this subject. */
    public String about(String subject) {
        return prompt.replace(HOLE, subject);
    }
}
