package dev.errata.memit;

/**
 * The loss of some facts as a function of their δ, with its gradient, but for the norm term, which needs no model.
 *
 * <p>Facts are named by their places among those that are left.
 *
 * <h2>Thread safety</h2> None; used from one thread.
 */
interface TargetObjective extends AutoCloseable {

    /**
     * @param nll −log p of every scored token, in nats, in the order of facts, contexts and tokens
     * @param kl divergence times its factor, in nats, of each fact
     */
    record Losses(float[] nll, float[] kl) {}

    /** The states at block L and the subject's last token of the plain prompts, (n, d). */
    float[] initial();

    /**
     * A forward pass.
     *
     * @param deltas (n, d); the first pass is made with δ = 0, and its distribution is what the divergence is from
     */
    Losses losses(float[] deltas);

    /** The gradient of each fact's loss in its δ, (n, d), of the last pass; once for each. */
    float[] gradient();

    /** Goes on with some of the facts, in their order. */
    void keep(int[] places);

    @Override
    void close();
}
