package dev.errata.follower;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Work of one kind that is done one after the other. Some may wait for their turn; more are refused, or those who wait would take every
 * thread that answers requests, and the version that is served could not be asked.
 *
 * <h2>Limits</h2> {@value #WAITING} wait. <h2>Thread safety</h2> Safe.
 */
final class Turns {
    static final int WAITING = 8;

    private final String of;
    private final Semaphore places = new Semaphore(1 + WAITING);

    /** @param of what the work is, for messages */
    Turns(String of) {
        this.of = of;
    }

    /** @throws ErrataException NOT_READY when as many wait as may */
    <T> T take(Supplier<T> work) {
        if (!places.tryAcquire()) {
            throw new ErrataException(Failure.NOT_READY, of + ": " + WAITING + " wait (expected: fewer)");
        }
        try {
            synchronized (this) {
                return work.get();
            }
        } finally {
            places.release();
        }
    }
}
