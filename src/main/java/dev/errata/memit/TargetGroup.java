package dev.errata.memit;

import dev.errata.failure.Failure;
import dev.errata.memit.TargetResult.Failed;
import dev.errata.memit.TargetResult.Step;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The search for the targets of one group of facts: forward, judge, backward, update, until every fact has ended. A fact that has ended
 * leaves the batch, as soon as that is worth what it costs to take the batch apart.
 *
 * <h2>Thread safety</h2> None; one search per object.
 */
final class TargetGroup {
    /** A fact whose loss is below this has its target (method.md §4.4). */
    private static final double ENOUGH = 0.05;

    /** What it costs to take a batch apart, in steps of all its facts. */
    private static final double APART = 0.12;

    private final HyperParameters parameters;
    private final List<FactRows> facts;
    private final TargetObjective objective;
    private final TargetListener listener;
    private final TargetState[] states;
    private final TargetResult[] results;
    private int width;

    TargetGroup(TargetObjective objective, HyperParameters parameters, List<FactRows> facts, TargetListener listener) {
        this.objective = objective;
        this.parameters = parameters;
        this.facts = facts;
        this.listener = listener;
        this.states = new TargetState[facts.size()];
        this.results = new TargetResult[facts.size()];
    }

    List<TargetResult> search() {
        begin(objective.initial());
        int[] running = IntStream.range(0, facts.size()).toArray();
        for (int left = longest() - 1; running.length > 0; left--) {
            step(running);
            int[] all = running;
            int[] kept = IntStream.range(0, all.length).filter(place -> results[all[place]] == null).toArray();
            if (kept.length == 0) {
                break;
            }
            if ((all.length - kept.length) * left >= APART * all.length && kept.length < all.length) {
                objective.keep(kept);
                running = Arrays.stream(kept).map(place -> all[place]).toArray();
            }
        }
        return List.of(results);
    }

    private int longest() {
        return facts.stream().mapToInt(fact -> TargetState.steps(fact.claims().size(), parameters)).max().orElseThrow();
    }

    private void begin(float[] initial) {
        width = initial.length / facts.size();
        for (int fact = 0; fact < states.length; fact++) {
            states[fact] = new TargetState(
                    Arrays.copyOfRange(initial, fact * width, (fact + 1) * width), facts.get(fact).claims().size(), parameters);
        }
    }

    /** One forward pass of all facts in the batch, and one update of those that go on. */
    private void step(int[] running) {
        TargetObjective.Losses losses = objective.losses(deltas(running));
        judge(running, losses);
        if (Arrays.stream(running).anyMatch(fact -> results[fact] == null)) {
            update(running, objective.gradient());
        }
    }

    private float[] deltas(int[] running) {
        float[] deltas = new float[running.length * width];
        for (int place = 0; place < running.length; place++) {
            System.arraycopy(states[running[place]].delta(), 0, deltas, place * width, width);
        }
        return deltas;
    }

    /** Takes the losses down and ends the facts that are good enough, spent, or lost. The test comes before the update. */
    private void judge(int[] running, TargetObjective.Losses losses) {
        List<List<Double>> means = TargetPicks.means(Arrays.stream(running).mapToObj(facts::get).toList(), losses.nll());
        for (int place = 0; place < running.length; place++) {
            int fact = running[place];
            if (results[fact] != null) {
                continue;
            }
            Step step = states[fact].record(means.get(place), losses.kl()[place]);
            listener.stepped(fact, step);
            if (!Double.isFinite(step.total())) {
                end(fact, notFinite("loss", step.total()));
            } else if (step.total() < ENOUGH || states[fact].spent()) {
                end(fact, states[fact].found());
            }
        }
    }

    private void update(int[] running, float[] gradients) {
        for (int place = 0; place < running.length; place++) {
            int fact = running[place];
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
