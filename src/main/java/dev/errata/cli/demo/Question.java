package dev.errata.cli.demo;

import dev.errata.fact.FactChange.Asserted;

/**
 * A question that the demo asks before and after.
 *
 * @param kind what it shows: the fact itself, a paraphrase, a neighbour
 * @param before the object that was true
 * @param after the object that is true now; of a neighbour, the one that must not spread to it
 */
record Question(String kind, String prompt, String before, String after) {
    static Question of(Asserted fact) {
        return of("fact", fact.fact().prompt(), fact);
    }

    static Question of(String kind, String prompt, Asserted fact) {
        return new Question(kind, prompt, fact.previousObject().orElseThrow(), fact.fact().object());
    }
}
