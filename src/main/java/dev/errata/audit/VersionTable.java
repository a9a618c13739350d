package dev.errata.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What must be known of every version at any time: where it lies, what it goes on from, and fingerprints of its digest and its intent.
 *
 * <p>A rollback to m goes on from m. So versions lie in <em>stretches</em>: each begins after the base or with a rollback, and goes on from
 * one version. What a version is made of are the versions before it in its stretch, then those of the version that the stretch goes on
 * from, and so on.
 *
 * <h2>Limits</h2> About 200 bytes a version. <h2>Thread safety</h2> None: one thread.
 */
final class VersionTable {
    /** @param offset in the versions topic; -1 for a version that is missing and for the base */
    record Entry(boolean rollback, int stretch, long offset, long intentOffset, Fingerprint digest, Fingerprint intent) {
        boolean missing() {
            return offset < 0;
        }
    }

    /** @param parent the version that it goes on from; 0 is the base */
    private record Stretch(long begin, long parent) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<Stretch> stretches = new ArrayList<>(List.of(new Stretch(1, 0)));
    private final Map<Fingerprint, Long> byIntent = new HashMap<>();
    private long settled;
    private long lastIntentOffset = -1;

    /** The number of the newest version. */
    long head() {
        return entries.size();
    }

    /** The newest version of which all that belongs to it must be visible. */
    long settled() {
        return settled;
    }

    /** @param number 1 to {@link #head} */
    Entry get(long number) {
        return entries.get((int) number - 1);
    }

    boolean has(long number) {
        return number >= 1 && number <= head() && !get(number).missing();
    }

    /** @param to the version that a rollback goes back to; empty for an edit */
    void add(OptionalLong to, Place place, boolean isSettled, long intentOffset, Fingerprint digest, Fingerprint intent) {
        to.ifPresent(parent -> stretches.add(new Stretch(head() + 1, parent)));
        entries.add(new Entry(to.isPresent(), stretches.size() - 1, place.offset(), intentOffset, digest, intent));
        byIntent.putIfAbsent(intent, head());
        lastIntentOffset = Math.max(lastIntentOffset, intentOffset);
        settled = isSettled ? head() : settled;
    }

    /** A version that is not in the log. */
    void addMissing() {
        entries.add(new Entry(false, stretches.size() - 1, -1, -1, Fingerprint.NONE, Fingerprint.NONE));
    }

    OptionalLong ofIntent(Fingerprint intent) {
        Long number = byIntent.get(intent);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /** The greatest offset of an intent that became a version; -1 before the first. */
    long lastIntentOffset() {
        return lastIntentOffset;
    }

    /** Whether the version goes on from a rollback. */
    boolean afterRollback(long number) {
        return number > 0 && get(number).stretch() > 0;
    }

    /**
     * The last of these versions of which {@code number} is made; 0 if none is.
     *
     * @param changes in ascending order
     */
    long last(List<Long> changes, long number) {
        long at = number;
        while (at > 0) {
            Stretch stretch = stretches.get(get(at).stretch());
            long found = floor(changes, at);
            if (found >= stretch.begin()) {
                return found;
            }
            at = stretch.parent();
        }
        return 0;
    }

    private static long floor(List<Long> ascending, long number) {
        int low = 0;
        int high = ascending.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending.get(middle) <= number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : ascending.get(low - 1);
    }

    /** Stretches of versions that make this one out of the base, each as its first and last number, in the order in which to apply them. */
    List<long[]> path(long number) {
        List<long[]> path = new ArrayList<>();
        long at = number;
        while (at > 0) {
            Stretch stretch = stretches.get(get(at).stretch());
            path.add(0, new long[] {stretch.begin(), at});
            at = stretch.parent();
        }
        return path;
    }
}
