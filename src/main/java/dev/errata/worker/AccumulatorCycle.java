package dev.errata.worker;

import dev.errata.batch.Accumulator;
import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.Effect;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.Received;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Facts in, sealed batches out: poll, decide, one transaction.
 *
 * <p>The accumulator decides; this cycle only carries. What was decided in one turn becomes visible together with the facts' offsets or
 * not at all. If the transaction fails, the accumulator in memory knows more than the log does, so the cycle ends and another one
 * recalls from the log.
 *
 * <h2>Thread safety</h2> Confined to its {@link RoleThread}; {@link #pending()} from anywhere.
 */
public final class AccumulatorCycle implements RoleThread.Cycle {
    private static final Duration WAIT_MAX = Duration.ofMillis(250);

    private final IntakeLog log;
    private final Accumulator accumulator;
    private final Room room;
    private final Clock clock;
    private final CycleListener listener;
    private final IntakeTroubles troubles;
    private volatile int pending;

    /** @param troubles what the cycles before have met */
    public AccumulatorCycle(
            IntakeLog log, AccumulatorRules rules, Room room, Clock clock, CycleListener listener, IntakeTroubles troubles) {
        this.log = log;
        this.room = room;
        this.clock = clock;
        this.listener = listener;
        this.troubles = troubles;
        troubles.tell(log);
        this.accumulator = new Accumulator(rules, log.recall());
        this.pending = accumulator.pending();
    }

    @Override
    public void turn() {
        // Back-pressure.
        if (accumulator.pending() < room.facts() && accumulator.pendingChars() < room.chars()) {
            log.resume();
        } else {
            log.pause();
        }
        List<Received> received = log.poll(wait(clock.instant()), troubles.most());
        try {
            take(received);
        } catch (RuntimeException e) {
            troubles.failed(received, e);
            throw e;
        }
        troubles.passed(received);
        listener.intake(log.lag(), accumulator.oldest());
    }

    private void take(List<Received> received) {
        List<Effect> effects = new ArrayList<>();
        for (Received record : received) {
            if (record instanceof Received.Readable readable) {
                effects.addAll(accumulator.accept(readable.arrival()));
            } else if (record instanceof Received.Flush) {
                effects.addAll(accumulator.flush(clock.instant()));
            }
        }
        effects.addAll(accumulator.tick(clock.instant()));
        if (!received.isEmpty() || !effects.isEmpty()) {
            log.commit(effects);
            pending = accumulator.pending();
            listener.accumulated(received, effects, pending);
        }
    }

    /** Facts taken in and not yet in a sealed batch. */
    public int pending() {
        return pending;
    }

    private Duration wait(Instant now) {
        return accumulator
                .deadline()
                .map(deadline -> Duration.between(now, deadline))
                .filter(left -> left.compareTo(WAIT_MAX) < 0)
                .map(left -> left.isNegative() ? Duration.ZERO : left)
                .orElse(WAIT_MAX);
    }

    @Override
    public void close() {
        log.close();
    }
}
