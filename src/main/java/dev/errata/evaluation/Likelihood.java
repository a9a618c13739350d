package dev.errata.evaluation;

/**
 * How likely an object is as the continuation of a prompt.
 *
 * @param nll mean over the object's tokens of −log p, nats, teacher forced: objects of different lengths compare
 * @param first every token of the object is the most probable one at its place
 */
public record Likelihood(double nll, boolean first) {

    /** The geometric mean of the tokens' probabilities, exp(−nll). */
    public double probability() {
        return Math.exp(-nll);
    }
}
