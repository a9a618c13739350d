package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.Tape;
import java.util.List;

/**
 * The plain way to the loss and its gradient: all positions of all rows, padded, and the engine's tape. What {@link LeanTargets} is
 * tested against.
 *
 * <h2>Thread safety</h2> None; the engine allows one tape in a JVM, so one object at a time.
 */
final class TapedTargets implements TargetObjective {
    private final Overlay anchor;
    private final NDManager manager;
    private TargetRows rows;
    private int facts;
    private Tape tape;
    private NDManager step;
    private NDArray delta;
    private NDArray total;

    TapedTargets(CausalLm lm, HyperParameters parameters, List<FactRows> facts, Overlay anchor) {
        this.anchor = anchor;
        this.manager = lm.manager().newSubManager();
        this.rows = TargetRows.enter(lm, parameters, facts, anchor, manager);
        this.facts = facts.size();
    }

    @Override
    public float[] initial() {
        return rows.initial();
    }

    @Override
    public Losses losses(float[] deltas) {
        endStep();
        step = manager.newSubManager();
        tape = Tape.open();
        delta = step.create(deltas, new Shape(facts, deltas.length / facts));
        delta.setRequiresGradient(true);
        TargetRows.Losses losses = rows.losses(delta, anchor);
        total = losses.total();
        return new Losses(losses.nll().toFloatArray(), losses.kl().toFloatArray());
    }

    @Override
    public float[] gradient() {
        tape.backward(total);
        float[] gradient = delta.getGradient().toFloatArray();
        endStep();
        return gradient;
    }

    @Override
    public void keep(int[] places) {
        endStep();
        rows = rows.keep(places);
        facts = places.length;
    }

    private void endStep() {
        if (tape != null) {
            tape.close();
            step.close();
            tape = null;
        }
    }

    @Override
    public void close() {
        endStep();
        manager.close();
    }
}
