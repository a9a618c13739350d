package dev.errata.evaluation;

/**
 * How far the model has moved on a fixed text that no fact speaks of.
 *
 * @param perplexity of this version on the text
 * @param basePerplexity of the base model on the same text
 * @param meanKl mean over tokens of KL(base || version) of the next-token distribution, nats
 * @param tokens how many tokens were asked
 */
public record Drift(double perplexity, double basePerplexity, double meanKl, int tokens) {
    public Drift {
        finite("perplexity", perplexity);
        finite("basePerplexity", basePerplexity);
        finite("meanKl", meanKl);
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens: " + tokens + " (expected: 1 or more)");
        }
    }

    private static void finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a finite number)");
        }
    }
}
