package dev.errata.stream.memory;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** Transactions that shall fail, in the order in which they come; each fault is used up by the transaction that it fails. */
public final class Faults {
    /** The kinds of transaction. */
    public enum At {
        EDIT,
        ANNOUNCE,
        INTAKE
    }

    private record Fault(Failure failure, boolean done) {}

    private final Map<At, Deque<Fault>> planned = new EnumMap<>(At.class);

    /** The next transaction of this kind fails and nothing of it is visible. */
    public void abort(At at) {
        plan(at, new Fault(Failure.COMMIT_ABORTED, false));
    }

    /** The next transaction of this kind is never answered; {@code done} says whether it happened. */
    public void unknown(At at, boolean done) {
        plan(at, new Fault(Failure.COMMIT_UNKNOWN, done));
    }

    private synchronized void plan(At at, Fault fault) {
        planned.computeIfAbsent(at, any -> new ArrayDeque<>()).add(fault);
    }

    /** Runs what a transaction makes visible, as far as it is planned to. */
    synchronized void run(At at, Runnable effects) {
        Deque<Fault> faults = planned.getOrDefault(at, new ArrayDeque<>());
        Fault fault = faults.poll();
        if (fault == null || fault.done()) {
            effects.run();
        }
        if (fault != null) {
            throw new ErrataException(fault.failure(), "planted, " + (fault.done() ? "after" : "before") + " it happened");
        }
    }
}
