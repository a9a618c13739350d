package dev.errata.memit;

import dev.errata.memit.TargetResult.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the search for one fact's target stands: δ, its optimiser and its trace (method.md §4.3, §4.4).
 *
 * <p>Facts are run in one batch but must not know of each other: each has its own norm term, optimiser, radius and end.
 *
 * <h2>Thread safety</h2> None.
 */
final class TargetState {
    /** Steps of a target that several facts share, by those of one: in the usual steps it does not come to please them all. */
    private static final int SHARED_STEPS = 8;

    /**
     * The share of its largest change that it begins with, which grows to the whole: one that pleases them all with a small change ends
     * there, and disturbs other facts less (docs/decisions/009-lasting.md).
     */
    private static final double SHARED_START = 0.3;

    private final HyperParameters parameters;
    private final int steps;
    private final double start;
    private final float[] initial;
    private final float[] delta;
    private final double initialNorm;
    private final Adam adam;
    private final List<Step> trace = new ArrayList<>();

    /** @param facts how many facts share the target */
    TargetState(float[] initial, int facts, HyperParameters parameters) {
        this.parameters = parameters;
        this.steps = steps(facts, parameters);
        this.start = facts == 1 ? 1 : SHARED_START;
        this.initial = initial;
        this.delta = new float[initial.length];
        this.initialNorm = norm(initial);
        this.adam = new Adam(initial.length, parameters.learningRate());
    }

    /** Forward passes that a search may take. */
    static int steps(int facts, HyperParameters parameters) {
        return facts == 1 ? parameters.steps() : SHARED_STEPS * parameters.steps();
    }

    /** δ (d); the live array, to be read only. */
    float[] delta() {
        return delta;
    }

    /** Takes down a forward pass that was made with this δ. */
    Step record(List<Double> nllEach, double kl) {
        double nll = nllEach.stream().mapToDouble(Double::doubleValue).sum() / nllEach.size();
        double deltaNorm = norm(delta);
        // The norm is not squared, its divisor is (method.md §18.2).
        Step step = new Step(nllEach, nll, kl, parameters.weightDecay() * deltaNorm / (initialNorm * initialNorm), deltaNorm);
        trace.add(step);
        return step;
    }

    /** Whether this was the last pass that the hyper-parameters allow. */
    boolean spent() {
        return trace.size() >= steps;
    }

    /**
     * Adds the norm term's gradient to that of the other terms, in place, and gives it back. It is 0 at δ = 0, where the norm has no
     * gradient.
     */
    float[] withNormGradient(float[] gradient) {
        double deltaNorm = norm(delta);
        if (deltaNorm > 0) {
            double factor = parameters.weightDecay() / (initialNorm * initialNorm * deltaNorm);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += (float) (factor * delta[i]);
            }
        }
        return gradient;
    }

    /** One step of Adam, then back onto a ball of at most {@code clamp · ‖initial‖}; the moments are not projected. */
    void update(float[] gradient) {
        adam.update(delta, gradient);
        double deltaNorm = norm(delta);
        double grown = start + (1 - start) * trace.size() / steps;
        double radius = grown * parameters.clampNormFactor() * initialNorm;
        if (deltaNorm > radius) {
            float scale = (float) (radius / deltaNorm);
            for (int i = 0; i < delta.length; i++) {
                delta[i] *= scale;
            }
        }
    }

    /** z = initial + δ. */
    TargetResult.Found found() {
        float[] target = Arrays.copyOf(initial, initial.length);
        for (int i = 0; i < target.length; i++) {
            target[i] += delta[i];
        }
        return new TargetResult.Found(target, initial, trace);
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
