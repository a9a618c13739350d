package dev.errata.experiment;

import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How some facts and the rest of the model stand at one moment of a sequence. Percent; a score that nothing was asked for is NaN.
 *
 * @param facts how many facts were asked
 * @param efficacy success on the facts' own prompts: the new object is likelier than the previous one
 * @param accuracy on the same prompts: the new object is the likeliest of all
 * @param paraphrase success on paraphrases
 * @param neighborhood success on neighbours: the previous object is still likelier
 */
public record LastingScores(int facts, double efficacy, double accuracy, double paraphrase, double neighborhood) {
    static LastingScores of(Scores scores) {
        return new LastingScores(
                scores.facts(),
                percent(scores, Scores.EFFICACY_SUCCESS),
                percent(scores, Scores.EFFICACY_ACCURACY),
                percent(scores, Scores.PARAPHRASE_SUCCESS),
                percent(scores, Scores.NEIGHBORHOOD_SUCCESS));
    }

    /** S: the harmonic mean of efficacy, paraphrase and neighborhood success. */
    public double harmonic() {
        return 3 / DoubleStream.of(efficacy, paraphrase, neighborhood).map(score -> 1 / score).sum();
    }

    private static double percent(Scores scores, String name) {
        return Optional.ofNullable(scores.byName().get(name)).map(Score::percent).orElse(Double.NaN);
    }
}
