package dev.errata.follower;

import dev.errata.delta.Version;
import dev.errata.delta.Walk;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Brings a follower's weights to the version that it is to serve, one delta at a time.
 *
 * <p>It goes by the path of that version, so what a rollback or a rebase has made needless is neither read nor applied.
 *
 * <h2>Thread safety</h2> None. After an exception it is of no more use.
 */
final class Approach {
    private final Walk walk;
    private final Ahead ahead;
    private final Deque<Version> way = new ArrayDeque<>();
    private long target = -1;
    private boolean arrived = true;

    Approach(Walk walk, Ahead ahead) {
        this.walk = walk;
        this.ahead = ahead;
    }

    /** Turns towards a version of the chain. */
    void turn(long to) {
        if (to != target) {
            List<Version> steps = walk.turn(to);
            way.clear();
            way.addAll(steps);
            target = to;
            arrived = false;
        }
    }

    /**
     * Whether {@link #step} has come to the version that it turned to. To turn is not enough, even where the weights are already those of
     * that version, as with a snapshot of it or back at the base: whoever steps serves what was come to.
     */
    boolean arrived() {
        return arrived;
    }

    /** Nothing more is wanted of what is read ahead. */
    void forget() {
        ahead.forget();
    }

    /** How many deltas are still to be applied. */
    int left() {
        return way.size();
    }

    /**
     * Applies one delta, or finds that none is left to apply.
     *
     * @return what it has come to
     */
    Walk step() {
        Version next = way.poll();
        if (next != null) {
            walk.step(next, ahead.take(next, way));
        }
        if (way.isEmpty()) {
            walk.arrive(target);
            arrived = true;
        }
        return walk;
    }
}
