package dev.errata.worker;

import dev.errata.delta.Version.Held;
import dev.errata.evaluation.Drift;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a committed version must show to be announced by itself. One that does not is <em>held</em>: an operator looks at it, then releases
 * or rejects it, and no follower serves it meanwhile.
 *
 * <p>{@link Guards} say what must not be committed at all; a gate says what somebody should see first.
 *
 * @param minEfficacy the least efficacy success of the facts written, in percent; 0 lets every version pass, as below
 * @param minParaphrase likewise of their paraphrases
 * @param minNeighborhood likewise of their neighborhood
 * @param minRetention the least efficacy success of the facts that were live before
 * @param maxRebaseLoss by how many points a rebase may lower any score of the live facts (by one fact's worth in any case, which of few
 *     facts is many points), and by how many percent it may raise perplexity
 */
public record Gate(double minEfficacy, double minParaphrase, double minNeighborhood, double minRetention, double maxRebaseLoss) {
    private static final double PERCENT = 100;
    private static final double ONE = 1.001;

    /** Everything passes. */
    public static final Gate OPEN = new Gate(0, 0, 0, 0, PERCENT);

    public Gate {
        requirePercent("min-efficacy", minEfficacy);
        requirePercent("min-paraphrase", minParaphrase);
        requirePercent("min-neighborhood", minNeighborhood);
        requirePercent("min-retention", minRetention);
        requirePercent("max-rebase-loss", maxRebaseLoss);
    }

    /** Why a version that an edit made is held; empty where it passes. A score that nothing was asked for passes. */
    Optional<Held> afterEdit(Measured measured) {
        Map<String, Score> written = measured.written().byName();
        Map<String, Score> retained = measured.retained().map(Scores::byName).orElse(Map.of());
        return Stream.of(
                        atLeast("written", Scores.EFFICACY_SUCCESS, written, minEfficacy),
                        atLeast("written", Scores.PARAPHRASE_SUCCESS, written, minParaphrase),
                        atLeast("written", Scores.NEIGHBORHOOD_SUCCESS, written, minNeighborhood),
                        atLeast("retained", Scores.EFFICACY_SUCCESS, retained, minRetention))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Why a version that a rebase made is held: the same facts, asked before and after, must not be worse than the gate allows. */
    Optional<Held> afterRebase(Measured before, Measured after) {
        Map<String, Score> now = after.retained().map(Scores::byName).orElse(Map.of());
        Map<String, Score> was = before.retained().map(Scores::byName).orElse(Map.of());
        Stream<Optional<Held>> scores = was.entrySet().stream().filter(score -> now.containsKey(score.getKey())).map(score ->
                held(score.getKey(), now.get(score.getKey()).percent(), "least", score.getValue().percent() - loss(after)));
        Stream<Optional<Held>> perplexity = before.drift().map(Drift::perplexity).stream().flatMap(then -> after.drift().stream()
                .map(drift -> held("perplexity", drift.perplexity(), "most", then * (1 + maxRebaseLoss / PERCENT))));
        return Stream.concat(scores, perplexity).flatMap(Optional::stream).findFirst();
    }

    private double loss(Measured measured) {
        // A little more than one fact: the shares of two counts are not exact.
        return Math.max(maxRebaseLoss, PERCENT * ONE / Math.max(1, measured.retained().map(Scores::facts).orElse(0)));
    }

    private static Optional<Held> atLeast(String of, String name, Map<String, Score> scores, double least) {
        return Optional.ofNullable(scores.get(name)).filter(score -> score.percent() < least).map(score -> new Held(
                Failure.GATE_SCORE, of + " " + name + ": " + score.percent() + " % (expected: at least " + least + " %)"));
    }

    private static Optional<Held> held(String name, double value, String bound, double limit) {
        if (bound.equals("most") ? value <= limit : value >= limit) {
            return Optional.empty();
        }
        String expected = " (expected: at " + bound + " " + limit + ", by what it was before the rebase)";
        return Optional.of(new Held(Failure.GATE_REBASE, name + ": " + value + expected));
    }

    private static void requirePercent(String name, double value) {
        if (!(value >= 0 && value <= PERCENT)) {
            throw new ErrataException(Failure.SETTING_INVALID, "errata.gate." + name + ": " + value + " (expected: 0 to 100)");
        }
    }
}
