package dev.errata.kills;

import dev.errata.delta.PayloadRef;
import dev.errata.delta.Payloads;
import java.util.Optional;

/** A disk that can stop before a payload is written. */
record StoppingPayloads(Payloads payloads, Stop stop, Step step) implements Payloads {
    @Override
    public void put(PayloadRef ref, byte[] payload) {
        stop.at(step);
        payloads.put(ref, payload);
    }

    @Override
    public Optional<byte[]> get(PayloadRef ref) {
        return payloads.get(ref);
    }
}
