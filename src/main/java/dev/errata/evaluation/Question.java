package dev.errata.evaluation;

import static java.util.Objects.requireNonNull;

/** How likely is {@code object} as the continuation of {@code prompt}? The object is asked for with one space in front of it. */
public record Question(String prompt, String object) {
    public Question {
        requireNonNull(prompt, "prompt");
        requireNonNull(object, "object");
    }
}
