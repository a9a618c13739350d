package dev.errata.follower;

import dev.errata.delta.PayloadRef;
import dev.errata.stream.DeltaFeed;
import java.util.List;

/**
 * Deltas whose numbers are noted.
 *
 * @param read the versions whose deltas were read, in that order
 */
record WatchedDeltas(DeltaFeed deltas, List<Long> read) implements DeltaFeed {
    @Override
    public byte[] read(long version, PayloadRef ref, long before) {
        read.add(version);
        return deltas.read(version, ref, before);
    }

    @Override
    public void close() {
        deltas.close();
    }
}
