package dev.errata.follower;

import dev.errata.transformer.Overlay;

/**
 * One version in memory, with the readers that are using it.
 *
 * <p>A question must see one version from its first token to its last, while newer versions are swapped in under it. So each reader
 * holds a lease, and native memory is given back by whoever lets go last.
 *
 * <h2>Thread safety</h2> Safe.
 */
final class ServedVersion {
    private final long number;
    private final String digest;
    private final Overlay overlay;
    private int leases = 1;

    /** The maker holds the first lease. */
    ServedVersion(long number, String digest, Overlay overlay) {
        this.number = number;
        this.digest = digest;
        this.overlay = overlay;
    }

    long number() {
        return number;
    }

    String digest() {
        return digest;
    }

    Overlay overlay() {
        return overlay;
    }

    /** Takes a lease, unless the last one was given back already. */
    synchronized boolean lease() {
        if (leases == 0) {
            return false;
        }
        leases++;
        return true;
    }

    synchronized void release() {
        leases--;
        if (leases == 0) {
            overlay.close();
        }
    }
}
