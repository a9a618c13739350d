package dev.errata.worker;

import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the changes that a batch fails for, so that the rest of it can be committed.
 *
 * <p>All that is left is tried together with what is taken. If that is refused, the shortest beginning of what is left that is refused
 * beside what is taken is found by halves: its last change is rejected, what stands before it is taken, and it goes on behind it. One
 * poison change among n costs log2(n) + 2 edits at most, k of them k (log2(n) + 1) + 1. Nothing need be monotone: of the two sets that a
 * search ends with, the shorter was tried and fits, the longer was tried and is refused.
 *
 * <h2>Limits</h2> {@code edits} trials at most; then what is neither taken nor rejected yet is rejected with the last reason. Holds one
 * candidate at most, since edited tensors are large. <h2>Thread safety</h2> One thread, for one batch.
 *
 * @param <C> what a trial that fits has made
 */
final class Bisection<C> {
    /** Makes a candidate of some changes of the batch. */
    interface Trial<C> {
        Tried<C> of(Set<FactKey> changes);
    }

    /** What became of a trial. */
    sealed interface Tried<C> {
        /** Changes that were turned down for a reason of their own; they changed nothing, and no later trial has them. */
        Map<FactKey, Fate.Rejected> turnedDown();
    }

    /** @param candidate none where nothing was left to change */
    record Fits<C>(Optional<C> candidate, Map<FactKey, Fate.Rejected> turnedDown) implements Tried<C> {
        Fits {
            turnedDown = Map.copyOf(turnedDown);
        }
    }

    /** The changes cannot become a version together. */
    record Refused<C>(Fate.Rejected reason, Map<FactKey, Fate.Rejected> turnedDown) implements Tried<C> {
        Refused {
            turnedDown = Map.copyOf(turnedDown);
        }
    }

    /**
     * @param candidate of all changes that are not rejected; none where nothing is left
     * @param edits trials that it took; more than one where the batch was searched
     */
    record Settled<C>(Optional<C> candidate, Map<FactKey, Fate.Rejected> rejected, int edits) {
        Settled {
            rejected = Map.copyOf(rejected);
        }
    }

    private final Trial<C> trial;
    private final int most;
    private final Map<FactKey, Fate.Rejected> rejected = new LinkedHashMap<>();
    private final List<FactKey> taken = new ArrayList<>();
    private Set<FactKey> madeOf = Set.of();
    private Optional<C> made = Optional.empty();
    private int edits;

    private Bisection(Trial<C> trial, int most) {
        this.trial = trial;
        this.most = most;
    }

    /**
     * Settles every change of a batch.
     *
     * @param changes in the order in which they are tried; no two alike
     * @param edits trials that it may take, 1 or more
     */
    static <C> Settled<C> settle(List<FactKey> changes, int edits, Trial<C> trial) {
        return new Bisection<>(trial, edits).settle(changes);
    }

    private Settled<C> settle(List<FactKey> changes) {
        List<FactKey> left = changes;
        while (!left.isEmpty()) {
            Optional<Fate.Rejected> refused = refused(left, left.size());
            if (refused.isEmpty()) {
                taken.addAll(left);
                break;
            }
            left = search(left, refused.get());
        }
        // The last trial may have been one that was refused. Where nothing is taken there is nothing to make.
        if (!standing(taken).equals(madeOf)) {
            refused(List.of(), 0).ifPresent(reason -> taken.forEach(change -> rejected.putIfAbsent(change, reason)));
        }
        return new Settled<>(made, rejected, edits);
    }

    /** Takes the beginning that fits, rejects the change behind it; what is left then. One trial is kept for the whole that is taken. */
    private List<FactKey> search(List<FactKey> left, Fate.Rejected reason) {
        int fits = 0;
        int refused = left.size();
        Fate.Rejected last = reason;
        while (refused - fits > 1 && edits < most - 1) {
            int half = (fits + refused) / 2;
            Optional<Fate.Rejected> answer = refused(left, half);
            if (answer.isEmpty()) {
                fits = half;
            } else {
                refused = half;
                last = answer.get();
            }
        }
        taken.addAll(left.subList(0, fits));
        boolean spent = edits >= most - 1;
        List<FactKey> behind = left.subList(spent ? left.size() : refused, left.size());
        for (FactKey change : left.subList(fits, spent ? left.size() : refused)) {
            rejected.putIfAbsent(change, last);
        }
        return behind;
    }

    /** Tries what is taken with the first {@code count} of what is left. */
    private Optional<Fate.Rejected> refused(List<FactKey> left, int count) {
        List<FactKey> all = new ArrayList<>(taken);
        all.addAll(left.subList(0, count));
        // Let go first: two candidates are one too many.
        made = Optional.empty();
        madeOf = Set.of();
        edits++;
        Tried<C> tried = trial.of(standing(all));
        tried.turnedDown().forEach(rejected::putIfAbsent);
        if (tried instanceof Refused<C> no) {
            return Optional.of(no.reason());
        }
        made = ((Fits<C>) tried).candidate();
        madeOf = standing(all);
        return Optional.empty();
    }

    private Set<FactKey> standing(List<FactKey> changes) {
        Set<FactKey> standing = new HashSet<>(changes);
        standing.removeAll(rejected.keySet());
        return standing;
    }
}
