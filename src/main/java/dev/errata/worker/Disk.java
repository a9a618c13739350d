package dev.errata.worker;

import dev.errata.delta.Payloads;
import dev.errata.delta.Snapshots;

/**
 * What a worker keeps beside the log, so that recovery is short. All of it is a cache.
 *
 * @param stride every so many versions there is a mark ({@link Standings}); one number for all workers of a line, or the next edit after a
 *     restart may differ in its last bits from the one that would have followed without it
 * @param rule when a snapshot is made; each worker's own, since it changes no version
 */
public record Disk(Payloads payloads, Snapshots snapshots, int stride, SnapshotRule rule) {
    private static final int STRIDE = 64;

    public Disk {
        if (stride < 1) {
            throw new IllegalArgumentException("stride: " + stride + " (expected: at least 1)");
        }
    }

    /** With a snapshot at every mark. */
    public Disk(Payloads payloads, Snapshots snapshots, int stride) {
        this(payloads, snapshots, stride, SnapshotRule.every(stride));
    }

    public static Disk of(Payloads payloads, Snapshots snapshots, SnapshotRule rule) {
        return new Disk(payloads, snapshots, STRIDE, rule);
    }

    public static Disk of(Payloads payloads, Snapshots snapshots) {
        return new Disk(payloads, snapshots, STRIDE);
    }

    /** Without snapshots: weights are made from the base. */
    public static Disk of(Payloads payloads) {
        return of(payloads, Snapshots.NONE);
    }
}
