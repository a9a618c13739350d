package dev.errata.simulation;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.RoleThread;
import java.util.function.Supplier;

/**
 * A process with one role, as {@link RoleThread} runs it: a cycle that fails is thrown away and another is opened, unless it was fenced.
 * One thread.
 */
final class SimulatedProcess {
    private final String name;
    private final Supplier<RoleThread.Cycle> opener;
    private RoleThread.Cycle cycle;
    private boolean busy;
    private boolean ended;
    private String failure = "";

    SimulatedProcess(String name, Supplier<RoleThread.Cycle> opener) {
        this.name = name;
        this.opener = opener;
    }

    String name() {
        return name;
    }

    /** Whether it can take a turn: it has not ended and does not stand still in the middle of one. */
    boolean free() {
        return !busy && !ended;
    }

    boolean ended() {
        return ended;
    }

    /** The last failure, in words; empty when there was none. */
    String failure() {
        return failure;
    }

    RoleThread.Cycle cycle() {
        return cycle;
    }

    /** Kills it between two turns. */
    void kill() {
        ended = true;
        cycle = null;
    }

    /** Opens a cycle, or takes one turn of it. */
    void turn() {
        busy = true;
        try {
            if (cycle == null) {
                cycle = opener.get();
            } else {
                cycle.turn();
            }
        } catch (Crash crash) {
            kill();
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            busy = false;
        }
    }

    private void failed(RuntimeException e) {
        failure = name + ": " + e;
        ended = e instanceof ErrataException coded && coded.failure() == Failure.WORKER_FENCED;
        RoleThread.Cycle broken = cycle;
        cycle = null;
        if (broken != null) {
            try {
                broken.close();
            } catch (Crash crash) {
                ended = true;
            }
        }
    }
}
