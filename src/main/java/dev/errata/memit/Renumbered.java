package dev.errata.memit;

import dev.errata.memit.TargetResult.Step;
import java.util.List;

/** A listener that hears of facts by the places they had before some were picked. */
record Renumbered(TargetListener listener, List<Integer> facts) implements TargetListener {

    static TargetListener of(TargetListener listener, List<Integer> facts) {
        return new Renumbered(listener, List.copyOf(facts));
    }

    @Override
    public void stepped(int fact, Step step) {
        listener.stepped(facts.get(fact), step);
    }

    @Override
    public void updating(int fact, float[] gradient) {
        listener.updating(facts.get(fact), gradient);
    }

    @Override
    public void ended(int fact, TargetResult result) {
        listener.ended(facts.get(fact), result);
    }
}
