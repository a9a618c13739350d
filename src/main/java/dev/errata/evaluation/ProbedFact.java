package dev.errata.evaluation;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import java.util.Optional;

/**
 * A fact that was written, with what it is measured by.
 *
 * @param previousObject o in the base's eyes; success compares with it, and neighbours must keep it
 */
public record ProbedFact(Fact fact, Optional<String> previousObject, Probes probes) {
    public ProbedFact {
        requireNonNull(fact, "fact");
        requireNonNull(previousObject, "previousObject");
        requireNonNull(probes, "probes");
    }
}
