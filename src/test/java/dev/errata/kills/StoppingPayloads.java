package dev.errata.kills;

import dev.errata.delta.PayloadRef;
import dev.errata.delta.Payloads;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A disk that can stop before a payload is written, and says when it cannot be. */
record StoppingPayloads(Payloads payloads, Stop stop, Step step) implements Payloads {
    /** What it says of a write that failed begins so. */
    static final String DISK = "disk: ";

    @Override
    public void put(PayloadRef ref, byte[] payload) {
        stop.at(step);
        try {
            payloads.put(ref, payload);
        } catch (UncheckedIOException e) {
            System.out.println(DISK + e.getMessage());
            throw e;
        }
    }

    @Override
    public Optional<byte[]> get(PayloadRef ref) {
        return payloads.get(ref);
    }
}
