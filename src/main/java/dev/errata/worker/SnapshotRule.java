package dev.errata.worker;

import java.time.Duration;

/**
 * When a snapshot is made: so many versions after the last one, or as soon as replaying what lies behind it would take so long.
 *
 * @param versions every so many of them
 * @param replay at the pace that this process has measured
 */
public record SnapshotRule(int versions, Duration replay) {
    private static final double NANOS = 1e9;

    public SnapshotRule {
        if (versions < 1) {
            throw new IllegalArgumentException("versions: " + versions + " (expected: at least 1)");
        }
    }

    /** However long replay takes. */
    static SnapshotRule every(int versions) {
        return new SnapshotRule(versions, Duration.ofNanos(Long.MAX_VALUE));
    }

    boolean takesTooLong(double seconds) {
        return seconds * NANOS > replay.toNanos();
    }
}
