package dev.errata.worker;

import dev.errata.evaluation.Drift;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Growth;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a candidate version must not do. A guard that trips ends in <em>rejected</em>, never in best effort; before it trips, it warns.
 *
 * <p>Growth and capacity only hold a batch that writes: one that takes facts out is the way back.
 *
 * @param maxPerplexityRatio the largest perplexity on the fixed text, as a multiple of the base's, 1 or more
 * @param maxDrift the largest mean KL divergence from the base on the fixed text, in nats, above 0
 * @param maxChangeRatio the largest ‖W − W₀‖ / ‖W₀‖ of an edited tensor, above 0
 * @param minLeverage the least mean leverage of the live set in an edited tensor, 0 to below 1; 0 lets every version pass, and so does a
 *     live set of less than a sixteenth of d_k pairs
 * @param minEigenvalue the smallest eigenvalue of the live set, 1 or more; 1 lets every version pass
 * @param warnAt the share of the room before a limit, above 0 and at most 1, beyond which there is a warning; 1 gives none
 */
public record Guards(
        double maxPerplexityRatio, double maxDrift, double maxChangeRatio, double minLeverage, double minEigenvalue, double warnAt) {
    /** A small live set with little leverage has keys that nearly coincide, which is no lack of room. */
    private static final double CAPACITY_FROM = 1.0 / 16;

    public Guards {
        require(maxPerplexityRatio >= 1, "max-perplexity-ratio", maxPerplexityRatio, "1 or more");
        require(maxDrift > 0, "max-drift", maxDrift, "above 0");
        require(maxChangeRatio > 0, "max-change-ratio", maxChangeRatio, "above 0");
        require(minLeverage >= 0 && minLeverage < 1, "min-leverage", minLeverage, "0 to below 1");
        require(minEigenvalue >= 1 && Double.isFinite(minEigenvalue), "min-eigenvalue", minEigenvalue, "1 or more");
        require(warnAt > 0 && warnAt <= 1, "warn-at", warnAt, "above 0, at most 1");
    }

    /** A limit that is near: what a batch will be rejected for when this goes on. */
    public record Warning(Failure code, String message) {}

    /** @param rejected why the batch must not become a version; empty when it may */
    record Verdict(Optional<Fate.Rejected> rejected, List<Warning> warnings) {
        Verdict {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Judges a candidate.
     *
     * @param writes whether the batch writes facts, or only takes some out
     */
    Verdict check(Measured measured, Growth growth, boolean writes) {
        List<Limit> limits = new ArrayList<>();
        measured.drift().ifPresent(drift -> limits.addAll(drift(drift)));
        if (writes) {
            limits.addAll(growth(growth));
        }
        return new Verdict(
                limits.stream()
                        .filter(limit -> limit.share > 1)
                        .map(limit -> new Fate.Rejected(limit.code, limit.message))
                        .findFirst(),
                limits.stream()
                        .filter(limit -> limit.share > warnAt && limit.share <= 1)
                        .map(limit -> new Warning(limit.code, limit.message))
                        .toList());
    }

    private List<Limit> drift(Drift drift) {
        double ratio = drift.perplexity() / drift.basePerplexity();
        return List.of(
                atMost(
                        Failure.GUARD_PERPLEXITY,
                        "perplexity: " + drift.perplexity() + ", " + ratio + " times the base's",
                        ratio,
                        1,
                        maxPerplexityRatio,
                        " times"),
                atMost(Failure.GUARD_DRIFT, "drift: " + drift.meanKl() + " nats", drift.meanKl(), 0, maxDrift, ""));
    }

    private List<Limit> growth(Growth growth) {
        List<Limit> limits = new ArrayList<>();
        growth.mostGrown().ifPresent(most -> {
            double ratio = most.getValue().changeRatio();
            String found = "change of " + most.getKey() + ": " + ratio + " times its norm";
            limits.add(atMost(Failure.GUARD_GROWTH, found, ratio, 0, maxChangeRatio, ""));
        });
        growth.leastLeverage().filter(least -> growth.pairs() >= CAPACITY_FROM * growth.keyWidth()).ifPresent(least -> {
            double leverage = least.getValue().leverage().orElseThrow();
            String found = "mean leverage of " + growth.pairs() + " live pairs in " + least.getKey() + ": " + leverage;
            limits.add(new Limit(
                    Failure.GUARD_CAPACITY,
                    found + " (expected: at least " + minLeverage + ")",
                    minLeverage == 0 ? 0 : (1 - leverage) / (1 - minLeverage)));
        });
        growth.smallestEigenvalue().ifPresent(least -> {
            double value = least.getValue().smallestEigenvalue().orElseThrow();
            String found = "smallest eigenvalue of " + growth.pairs() + " live pairs in " + least.getKey() + ": " + value;
            limits.add(new Limit(
                    Failure.GUARD_CAPACITY,
                    found + " (expected: at least " + minEigenvalue + ")",
                    minEigenvalue == 1 ? 0 : minEigenvalue / value));
        });
        return limits;
    }

    /**
     * A limit and where the candidate stands before it.
     *
     * @param share of the room that is used; above 1 the limit is passed
     */
    private record Limit(Failure code, String message, double share) {}

    /** @param rest what the value is where nothing is edited */
    private static Limit atMost(Failure code, String found, double value, double rest, double limit, String unit) {
        // With no room at all everything above the rest is too much.
        double share = limit == rest ? (value > limit ? Double.POSITIVE_INFINITY : 0) : (value - rest) / (limit - rest);
        return new Limit(code, found + " (expected: at most " + limit + unit + ")", share);
    }

    private static void require(boolean holds, String name, double value, String expected) {
        if (!holds) {
            throw new ErrataException(Failure.SETTING_INVALID, "errata.guards." + name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
