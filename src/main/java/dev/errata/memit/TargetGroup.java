package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.errata.failure.Failure;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.memit.TargetResult.Step;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The search for the targets of one group of facts: forward, judge, backward, update, until every fact has ended. A fact that has ended
 * leaves the batch.
 *
 * <h2>Thread safety</h2> None; one search per object, one object at a time in a JVM.
 */
final class TargetGroup {
    /** A fact whose loss is below this has its target (method.md §4.4). */
    private static final double ENOUGH = 0.05;

    private final CausalLm lm;
    private final HyperParameters parameters;
    private final List<FactRows> facts;
    private final Overlay anchor;
    private final TargetListener listener;
    private final TargetState[] states;
    private final TargetResult[] results;

    TargetGroup(CausalLm lm, HyperParameters parameters, List<FactRows> facts, Overlay anchor, TargetListener listener) {
        this.lm = lm;
        this.parameters = parameters;
        this.facts = facts;
        this.anchor = anchor;
        this.listener = listener;
        this.states = new TargetState[facts.size()];
        this.results = new TargetResult[facts.size()];
    }

    List<TargetResult> search() {
        int[] live = IntStream.range(0, facts.size()).toArray();
        try (NDManager manager = lm.manager().newSubManager()) {
            TargetRows rows = TargetRows.enter(lm, parameters, facts, anchor, manager);
            begin(rows.initial());
            while (live.length > 0) {
                step(rows, live, manager);
                int[] all = live;
                int[] kept = IntStream.range(0, all.length).filter(place -> results[all[place]] == null).toArray();
                if (kept.length > 0 && kept.length < all.length) {
                    rows = rows.keep(kept);
                }
                live = Arrays.stream(kept).map(place -> all[place]).toArray();
            }
        }
        return List.of(results);
    }

    private void begin(float[] initial) {
        int width = initial.length / facts.size();
        for (int fact = 0; fact < states.length; fact++) {
            states[fact] = new TargetState(Arrays.copyOfRange(initial, fact * width, (fact + 1) * width), parameters);
        }
    }

    /** One forward pass of all facts that are still searched for, and one update of those that go on. */
    private void step(TargetRows rows, int[] live, NDManager parent) {
        try (NDManager manager = parent.newSubManager();
                GradientCollector tape = manager.getEngine().newGradientCollector()) {
            NDArray delta = deltas(live, manager);
            delta.setRequiresGradient(true);
            TargetRows.Losses losses = rows.losses(delta, anchor);
            judge(live, losses.nll().toFloatArray(), losses.kl().toFloatArray());
            if (Arrays.stream(live).anyMatch(fact -> results[fact] == null)) {
                tape.backward(losses.total());
                update(live, delta.getGradient().toFloatArray());
            }
        }
    }

    private NDArray deltas(int[] live, NDManager manager) {
        int width = lm.config().width();
        float[] deltas = new float[live.length * width];
        for (int place = 0; place < live.length; place++) {
            System.arraycopy(states[live[place]].delta(), 0, deltas, place * width, width);
        }
        return manager.create(deltas, new Shape(live.length, width));
    }

    /** Takes the losses down and ends the facts that are good enough, spent, or lost. The test comes before the update. */
    private void judge(int[] live, float[] nll, float[] kl) {
        List<List<Double>> means = TargetPicks.means(Arrays.stream(live).mapToObj(facts::get).toList(), nll);
        for (int place = 0; place < live.length; place++) {
            TargetState state = states[live[place]];
            Step step = state.record(means.get(place), kl[place]);
            listener.stepped(live[place], step);
            if (!Double.isFinite(step.total())) {
                end(live[place], notFinite("loss", step.total()));
            } else if (step.total() < ENOUGH || state.spent()) {
                end(live[place], state.found());
            }
        }
    }

    private void update(int[] live, float[] gradients) {
        int width = lm.config().width();
        for (int place = 0; place < live.length; place++) {
            int fact = live[place];
            if (results[fact] != null) {
                continue;
            }
            float[] gradient = states[fact].withNormGradient(Arrays.copyOfRange(gradients, place * width, (place + 1) * width));
            for (float value : gradient) {
                if (!Float.isFinite(value)) {
                    end(fact, notFinite("gradient", value));
                    break;
                }
            }
            if (results[fact] == null) {
                listener.updating(fact, gradient);
                states[fact].update(gradient);
            }
        }
    }

    private Failed notFinite(String what, double value) {
        return new Failed(Failure.TARGET_NOT_FINITE, "target search: " + what + " is " + value + " (expected: a finite number)");
    }

    private void end(int fact, TargetResult result) {
        results[fact] = result;
        listener.ended(fact, result);
    }
}
