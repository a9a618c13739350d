package dev.errata.worker;

import dev.errata.evaluation.Drift;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Optional;

/**
 * What a candidate version must not do. A guard that trips ends in <em>rejected</em>, never in best effort.
 *
 * @param maxPerplexityRatio the largest perplexity on the fixed text, as a multiple of the base's
 */
public record Guards(double maxPerplexityRatio) {
    public Guards {
        if (!(maxPerplexityRatio >= 1)) {
            throw new ErrataException(
                    Failure.SETTING_INVALID, "errata.guards.max-perplexity-ratio: " + maxPerplexityRatio + " (expected: 1 or more)");
        }
    }

    /** Empty when all is well. */
    Optional<Fate.Rejected> check(Measured measured) {
        if (measured.drift().isEmpty()) {
            return Optional.empty();
        }
        Drift drift = measured.drift().get();
        double ratio = drift.perplexity() / drift.basePerplexity();
        if (ratio <= maxPerplexityRatio) {
            return Optional.empty();
        }
        String found = "perplexity: " + drift.perplexity() + ", " + ratio + " times the base's";
        return Optional.of(
                new Fate.Rejected(Failure.GUARD_PERPLEXITY, found + " (expected: at most " + maxPerplexityRatio + " times)"));
    }
}
