package dev.errata.memit;

import dev.errata.memit.TargetResult.Step;

/** Lets a listener that knows nothing of threads hear of one thing at a time. */
record InTurn(TargetListener listener) implements TargetListener {
    @Override
    public synchronized void stepped(int fact, Step step) {
        listener.stepped(fact, step);
    }

    @Override
    public synchronized void updating(int fact, float[] gradient) {
        listener.updating(fact, gradient);
    }

    @Override
    public synchronized void ended(int fact, TargetResult result) {
        listener.ended(fact, result);
    }
}
