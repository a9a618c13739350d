package dev.errata.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.errata.memit.Contexts;
import dev.errata.memit.EditRequest;
import dev.errata.memit.HyperParameters;
import dev.errata.transformer.Attention;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Factor;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.States;
import dev.errata.transformer.Tap;
import dev.errata.transformer.Tape;

/**
 * One fact's target as the reference searches it (method.md §4): at each step seven padded rows go through every block from the
 * embeddings on, through the model's head at every position, and through the second head that the loss is read from.
 *
 * <p>Nothing is left out and nothing is kept between steps. It is what a port of the reference to this engine would be, and what the
 * product's search is measured and checked against.
 *
 * <h2>Thread safety</h2> One search at a time in a JVM: the engine records one gradient at a time.
 */
final class ReferenceTarget {
    private static final double ENOUGH = 0.05;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final CausalLm lm;
    private final HyperParameters parameters;
    private final ReferenceRows rows;
    private final float[] delta;
    private final float[] mean;
    private final float[] square;
    private float[] initial;
    private float[] before;

    private ReferenceTarget(CausalLm lm, HyperParameters parameters, ReferenceRows rows) {
        this.lm = lm;
        this.parameters = parameters;
        this.rows = rows;
        this.delta = new float[lm.config().width()];
        this.mean = new float[delta.length];
        this.square = new float[delta.length];
    }

    /**
     * What was found.
     *
     * @param z (d), fp32
     * @param forwards passes that it took
     */
    record Found(float[] z, int forwards) {}

    /** Searches on the base model. */
    static Found search(CausalLm lm, HyperParameters parameters, Contexts contexts, EditRequest request) {
        return new ReferenceTarget(lm, parameters, ReferenceRows.of(request, contexts, lm.tokenizer())).search();
    }

    private Found search() {
        int forwards = 0;
        boolean done = false;
        while (!done) {
            try (NDManager step = lm.manager().newSubManager();
                    Tape tape = Tape.open()) {
                NDArray change = step.create(delta);
                change.setRequiresGradient(true);
                NDArray loss = loss(change, step);
                forwards++;
                double deltaNorm = norm(delta);
                double initialNorm = norm(initial);
                double decay = parameters.weightDecay() * deltaNorm / (initialNorm * initialNorm);
                done = loss.getFloat() + decay < ENOUGH || forwards >= parameters.steps();
                if (!done) {
                    tape.backward(loss);
                    update(change.getGradient().toFloatArray(), deltaNorm, initialNorm, forwards);
                }
            }
        }
        float[] z = initial.clone();
        for (int i = 0; i < z.length; i++) {
            z[i] += delta[i];
        }
        return new Found(z, forwards);
    }

    /** NLL and divergence; the norm term needs no tape. */
    private NDArray loss(NDArray change, NDManager step) {
        int width = rows.rows().width();
        int last = parameters.lastLayer();
        int scored = parameters.scoredLayer() + 1;
        Attention attention = lm.attention(rows.rows(), step);
        NDArray below = lm.blocks(0, last + 1, lm.embed(rows.rows(), step), attention, Overlay.NONE, Tap.NONE);
        if (initial == null) {
            initial = States.at(below, new int[] {0}, new int[] {rows.subjects()[0]}).toFloatArray();
        }
        NDArray mask = step.create(rows.subjectMask(), new Shape(rows.rows().rows(), width, 1));
        NDArray entering = mask.mul(change.reshape(1, 1, -1)).add(below);
        NDArray read = lm.blocks(last + 1, scored, entering, attention, Overlay.NONE, Tap.NONE);
        NDArray logits = lm.head(lm.blocks(scored, lm.config().blocks(), read, attention, Overlay.NONE, Tap.NONE));

        NDArray prompts = read.get(new NDIndex("0:{}", Contexts.COUNT));
        NDArray log = lm.head(prompts).logSoftmax(-1);
        NDArray labels = step.create(rows.labels(), new Shape(Contexts.COUNT, width, 1));
        NDArray shares = step.create(rows.shares(), new Shape(Contexts.COUNT, width));
        NDArray nll = log.gather(labels, 2).squeeze(2).mul(shares).sum().neg();

        int essence = Contexts.COUNT;
        NDArray now = States.at(logits, new int[] {essence}, new int[] {rows.subjects()[essence]}).logSoftmax(-1);
        if (before == null) {
            before = now.stopGradient().toFloatArray();
        }
        NDArray then = step.create(before, now.getShape());
        return nll.add(Factor.times(now.exp().mul(now.sub(then)).sum(), parameters.klFactor()));
    }

    /** Adam in fp32 with the norm term's gradient, then back onto the ball. */
    private void update(float[] gradient, double deltaNorm, double initialNorm, int step) {
        double decay = deltaNorm == 0 ? 0 : parameters.weightDecay() / (initialNorm * initialNorm * deltaNorm);
        double size = parameters.learningRate() / (1 - Math.pow(BETA1, step));
        double correction = Math.sqrt(1 - Math.pow(BETA2, step));
        for (int i = 0; i < delta.length; i++) {
            float g = gradient[i] + (float) (decay * delta[i]);
            mean[i] += (float) ((1 - BETA1) * (g - mean[i]));
            square[i] = (float) (BETA2 * square[i] + (1 - BETA2) * g * g);
            delta[i] -= (float) (size * mean[i] / (Math.sqrt(square[i]) / correction + EPSILON));
        }
        double radius = parameters.clampNormFactor() * initialNorm;
        double moved = norm(delta);
        if (moved > radius) {
            for (int i = 0; i < delta.length; i++) {
                delta[i] *= (float) (radius / moved);
            }
        }
    }

    static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
