package dev.errata.worker;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Runs one cycle for ever, and from the log again whenever it fails.
 *
 * <p>A cycle keeps what it knows in memory; after a failure nobody can say which half of it is true. So there is one way back: throw
 * the cycle away and open another, which reads the log. The only failure that ends the thread is {@link Failure#WORKER_FENCED}: another
 * process has taken the role over, and to insist would be a fight.
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
        Duration backoff = BACKOFF_MIN;
        while (!stopped()) {
            try (Cycle cycle = opener.open()) {
                state = State.RUNNING;
                LOG.infof("%s runs", name);
                while (!stopped()) {
                    cycle.turn();
                    backoff = BACKOFF_MIN;
                }
            } catch (RuntimeException e) {
                if (stopped()) {
                    break;
                }
                failed(e);
                if (state == State.FENCED) {
                    return;
                }
                pause(backoff);
                backoff = backoff.multipliedBy(2).compareTo(BACKOFF_MAX) < 0 ? backoff.multipliedBy(2) : BACKOFF_MAX;
            }
        }
        state = State.STOPPED;
    }

    private void failed(RuntimeException e) {
        failure = e instanceof ErrataException coded ? coded.failure() : Failure.INTERNAL;
        listener.failed(name, failure);
        if (failure == Failure.WORKER_FENCED) {
            state = State.FENCED;
            LOG.errorf("%s is fenced: another process has taken over (%s)", name, e.getMessage());
        } else {
            state = State.RECOVERING;
            LOG.errorf(e, "%s failed with %s; it starts again from the log", name, failure);
        }
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
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the cycle to end after its turn and waits for it. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(JOIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
