package dev.errata.cli;

import dev.errata.memit.Progress;
import java.io.PrintWriter;

/** Says now and then how far an edit has come; a short one ends before it says anything. */
final class ProgressLines implements Progress {
    private static final long EVERY_NANOS = 5_000_000_000L;

    private final PrintWriter err;
    private long next = System.nanoTime() + EVERY_NANOS;

    ProgressLines(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void at(Phase phase, int done, int of) {
        if (System.nanoTime() > next) {
            next = System.nanoTime() + EVERY_NANOS;
            err.println(phase.label() + ": " + done + " of " + of);
        }
    }
}
