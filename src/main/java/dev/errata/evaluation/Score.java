package dev.errata.evaluation;

/**
 * A share of prompts.
 *
 * @param percent 0 to 100
 * @param prompts how many prompts were asked; at least one, a score of nothing does not exist
 */
public record Score(double percent, int prompts) {
    public Score {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent: " + percent + " (expected: 0..100)");
        }
        if (prompts < 1) {
            throw new IllegalArgumentException("prompts: " + prompts + " (expected: 1 or more)");
        }
    }
}
