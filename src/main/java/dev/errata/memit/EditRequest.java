package dev.errata.memit;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Fact;

/**
 * A fact as the editor meets it (method.md §1).
 *
 * @param prompt the relation's template with exactly one {@code {}} for the subject
 * @param subject the subject as it is spelled, without white space at its ends
 * @param object the object without white space at its ends; the editor puts one space before it
 */
public record EditRequest(String prompt, String subject, String object) {
    public EditRequest {
        requireNonNull(prompt, "prompt");
        // White space at the end of a subject would make itself the subject's last token.
        subject = subject.strip();
        object = object.strip();
    }

    public static EditRequest of(Fact fact) {
        return new EditRequest(fact.relation().prompt(), fact.subject(), fact.object());
    }
}
