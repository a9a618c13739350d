package dev.errata.experiment;

import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How some facts and the rest of the model stand at one moment of a sequence. Percent; a score that nothing was asked for is NaN.
 *
 * @param facts how many facts were asked
 * @param efficacy success on the facts' own prompts: the new object is likelier than the previous one
 * @param accuracy on the same prompts: the new object is the likeliest of all
 * @param paraphrase success on paraphrases
 * @param paraphraseAccuracy on paraphrases
 * @param neighborhood success on neighbours: the previous object is still likelier
 * @param neighborhoodAccuracy on neighbours: the previous object is the likeliest of all
 */
public record LastingScores(
        int facts,
        double efficacy,
        double accuracy,
        double paraphrase,
        double paraphraseAccuracy,
        double neighborhood,
        double neighborhoodAccuracy) {
    static LastingScores of(Scores scores) {
        return new LastingScores(
                scores.facts(),
                percent(scores, Scores.EFFICACY_SUCCESS),
                percent(scores, Scores.EFFICACY_ACCURACY),
                percent(scores, Scores.PARAPHRASE_SUCCESS),
                percent(scores, Scores.PARAPHRASE_ACCURACY),
                percent(scores, Scores.NEIGHBORHOOD_SUCCESS),
                percent(scores, Scores.NEIGHBORHOOD_ACCURACY));
    }

    /** S: the harmonic mean of efficacy, paraphrase and neighborhood success. */
    public double harmonic() {
        return 3 / DoubleStream.of(efficacy, paraphrase, neighborhood).map(score -> 1 / score).sum();
    }

    /** By the names of the paper's tables, as {@link dev.errata.evaluation.CounterFactScores} has them; what was not asked is absent. */
    Map<String, Double> byName() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("S", harmonic());
        scores.put("ES", efficacy);
        scores.put("PS", paraphrase);
        scores.put("NS", neighborhood);
        scores.put("EA", accuracy);
        scores.put("PA", paraphraseAccuracy);
        scores.put("NA", neighborhoodAccuracy);
        scores.values().removeIf(score -> score.isNaN());
        return scores;
    }

    private static double percent(Scores scores, String name) {
        return Optional.ofNullable(scores.byName().get(name)).map(Score::percent).orElse(Double.NaN);
    }
}
