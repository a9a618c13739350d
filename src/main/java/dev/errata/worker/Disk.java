package dev.errata.worker;

import dev.errata.delta.Payloads;
import dev.errata.delta.Snapshots;

/**
 * What a worker keeps beside the log, so that recovery is short. All of it is a cache.
 *
 * @param stride every so many versions there is a mark ({@link Standings}); one number for all workers of a line, or the next edit after a
 *     restart may differ in its last bits from the one that would have followed without it
 */
public record Disk(Payloads payloads, Snapshots snapshots, int stride) {
    /** Writing the tensors so seldom costs next to nothing beside the edits. */
    private static final int STRIDE = 64;

    public Disk {
        if (stride < 1) {
            throw new IllegalArgumentException("stride: " + stride + " (expected: at least 1)");
        }
    }

    public static Disk of(Payloads payloads, Snapshots snapshots) {
        return new Disk(payloads, snapshots, STRIDE);
    }

    /** Without snapshots: weights are made from the base. */
    public static Disk of(Payloads payloads) {
        return of(payloads, Snapshots.NONE);
    }
}
