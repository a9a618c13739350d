package dev.errata.experiment;

import java.util.OptionalLong;

/**
 * Looks now and then how much memory this process has, and remembers the most.
 *
 * <h2>Thread safety</h2> Safe; it has a thread of its own until it is closed.
 */
final class MemoryWatch implements AutoCloseable {
    private static final long EVERY_MILLIS = 20;

    private final Thread thread;
    private volatile long most = -1;
    private volatile boolean ended;

    private MemoryWatch() {
        this.thread = new Thread(this::watch, "errata-memory");
        this.thread.setDaemon(true);
    }

    static MemoryWatch start() {
        MemoryWatch watch = new MemoryWatch();
        watch.look();
        watch.thread.start();
        return watch;
    }

    /** Bytes; empty where the system does not tell. */
    OptionalLong most() {
        look();
        return most < 0 ? OptionalLong.empty() : OptionalLong.of(most);
    }

    private void watch() {
        try {
            while (!ended) {
                look();
                Thread.sleep(EVERY_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        Machine.resident().ifPresent(bytes -> most = Math.max(most, bytes));
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
    }
}
