package dev.errata.follower;

import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Payloads;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.VersionChain;
import dev.errata.stream.DeltaFeed;
import java.util.function.Supplier;

/**
 * The delta of any version: what this process has kept, else what the log says.
 *
 * <p>The log is opened when it is first needed, and again after it failed.
 *
 * <h2>Thread safety</h2> Safe; the log is read by one at a time, what is kept by any number.
 */
final class Deltas implements AutoCloseable {
    private final Payloads kept;
    private final Supplier<DeltaFeed> log;
    private DeltaFeed open;

    Deltas(Payloads kept, Supplier<DeltaFeed> log) {
        this.kept = kept;
        this.log = log;
    }

    /** How large a version's delta is. */
    static long bytes(Version version) {
        return ref(version).bytes();
    }

    private static PayloadRef ref(Version version) {
        return ((Solved) version.change()).delta();
    }

    /**
     * @param chain that the version is of
     * @throws dev.errata.failure.ErrataException as {@link DeltaFeed#read}; DELTA_INVALID
     */
    Delta of(VersionChain chain, Version version) {
        PayloadRef ref = ref(version);
        return DeltaCodec.decode(kept.get(ref).orElseGet(() -> fetch(version.number(), ref, before(chain, version.number()))));
    }

    private static long before(VersionChain chain, long number) {
        long before = number - 1;
        while (before > 0 && !(chain.get(before).change() instanceof Solved)) {
            before--;
        }
        return before;
    }

    private synchronized byte[] fetch(long number, PayloadRef ref, long before) {
        boolean done = false;
        try {
            if (open == null) {
                open = log.get();
            }
            byte[] payload = open.read(number, ref, before);
            kept.put(ref, payload);
            done = true;
            return payload;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            DeltaFeed closing = open;
            open = null;
            closing.close();
        }
    }
}
