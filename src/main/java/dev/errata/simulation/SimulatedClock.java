package dev.errata.simulation;

import dev.errata.stream.simulated.SimulatedBroker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A process's clock of the time of day: it may be wrong, and may jump. One thread. */
final class SimulatedClock extends Clock {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SimulatedBroker broker;
    private Duration wrong = Duration.ZERO;

    SimulatedClock(SimulatedBroker broker) {
        this.broker = broker;
    }

    void jump(Duration by) {
        wrong = wrong.plus(by);
    }

    void heal() {
        wrong = Duration.ZERO;
    }

    @Override
    public Instant instant() {
        return START.plusNanos(broker.nanos()).plus(wrong);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new IllegalArgumentException("zone: " + zone + " (expected: UTC)");
    }
}
