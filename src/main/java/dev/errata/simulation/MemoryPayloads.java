package dev.errata.simulation;

import dev.errata.delta.PayloadRef;
import dev.errata.delta.Payloads;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A disk for payloads. One thread. */
final class MemoryPayloads implements Payloads {
    private final Map<String, byte[]> kept = new HashMap<>();
    private final Runnable step;

    /** @param step runs before each write */
    MemoryPayloads(Runnable step) {
        this.step = step;
    }

    @Override
    public void put(PayloadRef ref, byte[] payload) {
        step.run();
        kept.put(ref.sha256(), payload.clone());
    }

    @Override
    public Optional<byte[]> get(PayloadRef ref) {
        return Optional.ofNullable(kept.get(ref.sha256()));
    }
}
