package dev.errata.stream.kafka;

import java.util.ArrayDeque;
import java.util.Deque;

/** The clients that one log has opened, to be closed together, last first, also when the next one cannot be opened. */
final class Opened implements AutoCloseable {
    private final Deque<AutoCloseable> all = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T one) {
        all.push(one);
        return one;
    }

    @Override
    public void close() {
        RuntimeException failed = null;
        while (!all.isEmpty()) {
            try {
                all.pop().close();
            } catch (Exception e) {
                if (failed == null) {
                    failed = new IllegalStateException("a client did not close", e);
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
