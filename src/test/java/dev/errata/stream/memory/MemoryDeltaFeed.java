package dev.errata.stream.memory;

import dev.errata.delta.PayloadRef;
import dev.errata.stream.DeltaFeed;

/** The deltas of a {@link MemoryLine}. */
final class MemoryDeltaFeed implements DeltaFeed {
    private final MemoryLine line;
    private boolean closed;

    MemoryDeltaFeed(MemoryLine line) {
        this.line = line;
    }

    @Override
    public byte[] read(long version, PayloadRef ref, long before) {
        if (closed) {
            throw new IllegalStateException("the feed is closed (expected: another one)");
        }
        return line.delta(version);
    }

    @Override
    public void close() {
        closed = true;
    }
}
