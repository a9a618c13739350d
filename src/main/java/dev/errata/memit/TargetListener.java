package dev.errata.memit;

import dev.errata.memit.TargetResult.Step;

/** Hears how a search for targets goes. Facts are named by their place in the list that was given to the search. */
public interface TargetListener {
    /** Hears nothing. */
    TargetListener NONE = new TargetListener() {};

    /** A forward pass was made for this fact. */
    default void stepped(int fact, Step step) {}

    /** The loss's gradient in δ (d), before an update with it. */
    default void updating(int fact, float[] gradient) {}

    /** The search for this fact is over. */
    default void ended(int fact, TargetResult result) {}
}
