package dev.errata.worker;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Runs one cycle for ever, and from the log again whenever it fails.
 *
 * <p>A cycle keeps what it knows in memory; after a failure nobody can say which half of it is true. So there is one way back: throw
 * the cycle away and open another, which reads the log. It is tried for ever, since most failures end when a broker comes back; one
 * that comes again and again is said to do so, because only somebody who removes its cause will end it.
 *
 * <p>Two things end the thread. {@link Failure#WORKER_FENCED}: another process has taken the role over, and to insist would be a fight.
 * An {@link Error}, such as no memory or a class that cannot be loaded: only a new process helps, and liveness shows it.
 *
 * <h2>Thread safety</h2> Start once; {@link #state()}, {@link #failure()} and {@link #close()} from anywhere.
 */
public final class RoleThread implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RoleThread.class);
    private static final Duration BACKOFF_MIN = Duration.ofMillis(200);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);
    private static final Duration JOIN = Duration.ofSeconds(20);

    /** A cycle that has caught up with the log when it is opened. */
    public interface Cycle extends AutoCloseable {
        /** One turn; waits a little when there is nothing to do. */
        void turn();

        @Override
        void close();
    }

    /** Opens a cycle: connects, recovers from the log. */
    public interface Opener {
        Cycle open();
    }

    /** Makes a cycle that owns {@code log}; a log whose cycle cannot be made is closed. */
    public static <L extends AutoCloseable> Cycle owning(L log, Function<L, Cycle> maker) {
        try {
            return maker.apply(log);
        } catch (RuntimeException e) {
            try {
                log.close();
            } catch (Exception ofClosing) {
                e.addSuppressed(ofClosing);
            }
            throw e;
        }
    }

    /** What a role is doing; only {@code RUNNING} is ready. */
    public enum State {
        STARTING,
        RUNNING,
        RECOVERING,
        FENCED,
        STOPPED
    }

    private final String name;
    private final Opener opener;
    private final Listener listener;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile State state = State.STARTING;
    private volatile Failure failure;
    private String message;
    private int inARow;
    private Duration backoff = BACKOFF_MIN;

    /** Hears of every failure of a cycle. */
    public interface Listener {
        void failed(String role, Failure failure);
    }

    public RoleThread(String name, Opener opener, Listener listener) {
        this.name = name;
        this.opener = opener;
        this.listener = listener;
        this.thread = new Thread(this::run, "errata-" + name);
    }

    public RoleThread start() {
        thread.start();
        return this;
    }

    public State state() {
        return state;
    }

    /** The last failure, or null. */
    public Failure failure() {
        return failure;
    }

    private void run() {
        try {
            while (!stopped() && state != State.FENCED) {
                runCycle();
            }
        } catch (Throwable e) {
            failure = Failure.INTERNAL;
            LOG.errorf(e, "%s has ended; only a new process brings it back", name);
            listener.failed(name, failure);
        } finally {
            if (state != State.FENCED) {
                state = State.STOPPED;
            }
        }
    }

    private void runCycle() {
        long opened = System.nanoTime();
        try (Cycle cycle = opener.open()) {
            state = State.RUNNING;
            LOG.infof("%s runs", name);
            while (!stopped()) {
                cycle.turn();
            }
        } catch (RuntimeException e) {
            if (stopped()) {
                LOG.debugf(e, "%s failed while it was told to stop", name);
                return;
            }
            if (System.nanoTime() - opened > BACKOFF_MAX.toNanos()) {
                inARow = 0;
                backoff = BACKOFF_MIN;
            }
            failed(e);
            if (state != State.FENCED) {
                pause(backoff);
                Duration twice = backoff.multipliedBy(2);
                backoff = twice.compareTo(BACKOFF_MAX) < 0 ? twice : BACKOFF_MAX;
            }
        }
    }

    private void failed(RuntimeException e) {
        Failure code = e instanceof ErrataException coded ? coded.failure() : Failure.INTERNAL;
        inARow = code == failure && Objects.equals(message, e.getMessage()) ? inARow + 1 : 1;
        failure = code;
        message = e.getMessage();
        state = code == Failure.WORKER_FENCED ? State.FENCED : State.RECOVERING;
        if (state == State.FENCED) {
            LOG.errorf("%s is fenced: another process has taken over (%s)", name, message);
        } else if (inARow == 1) {
            LOG.errorf(e, "%s failed with %s; it starts again from the log in %d ms", name, code, backoff.toMillis());
        } else {
            LOG.errorf(
                    "%s failed with %s, %d times in a row: %s; it tries again in %d ms, but gets on only when the cause is gone",
                    name, code, inARow, message, backoff.toMillis());
        }
        listener.failed(name, code);
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private void pause(Duration time) {
        try {
            if (stop.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debugf("%s was told to stop while it backed off", name);
            }
        } catch (InterruptedException e) {
            // Whoever interrupts this thread wants it to end; it would spin otherwise.
            stop.countDown();
        }
    }

    /** Whether the thread has ended, so that nothing which it used is in use any more. */
    public boolean ended() {
        return !thread.isAlive();
    }

    /** Asks the cycle to end after its turn and waits for it, but not for the end of a long edit: see {@link #ended()}. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(JOIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended()) {
            LOG.warnf("%s is still at work after %d s; what it has not committed will be done again", name, JOIN.toSeconds());
        }
    }
}
