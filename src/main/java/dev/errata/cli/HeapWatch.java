package dev.errata.cli;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The most heap that this process had in use while it was watched, garbage included: a look every 20 ms.
 *
 * <h2>Thread safety</h2> {@link #peak} from anywhere.
 */
final class HeapWatch implements AutoCloseable {
    private static final long MILLIS = 20;

    private final AtomicLong peak = new AtomicLong(used());
    private final Thread thread = new Thread(this::watch, "errata-heap");

    private HeapWatch() {}

    static HeapWatch start() {
        HeapWatch watch = new HeapWatch();
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** Bytes at the highest look. */
    long peak() {
        return peak.accumulateAndGet(used(), Math::max);
    }

    /** Bytes that a collection leaves now. */
    static long live() {
        System.gc();
        return used();
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(MILLIS);
                peak.accumulateAndGet(used(), Math::max);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
