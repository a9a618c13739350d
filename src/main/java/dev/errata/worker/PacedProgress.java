package dev.errata.worker;

import dev.errata.memit.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells a listener how far one edit has come, but no more often than somebody wants to read it: an edit calls thousands of times, and a
 * long one that says nothing looks like one that hangs.
 *
 * <h2>Thread safety</h2> The editing thread's own.
 */
final class PacedProgress implements Progress {
    static final Duration EVERY = Duration.ofSeconds(5);

    private final CycleListener listener;
    private final Clock clock;
    private Instant next;

    PacedProgress(CycleListener listener, Clock clock) {
        this.listener = listener;
        this.clock = clock;
        this.next = clock.instant().plus(EVERY);
    }

    @Override
    public void at(Phase phase, int done, int of) {
        Instant now = clock.instant();
        if (!now.isBefore(next)) {
            next = now.plus(EVERY);
            listener.progress(phase.label(), done, of);
        }
    }
}
