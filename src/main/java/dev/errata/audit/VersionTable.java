package dev.errata.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * What must be known of every version at any time: where it and its delta lie, what it goes on from, and fingerprints of its digest and
 * its intent.
 *
 * <p>A rollback to m goes on from m. So versions lie in <em>stretches</em>: each begins after the base or with a rollback, and goes on from
 * one version. What a version is made of are the versions before it in its stretch, then those of the version that the stretch goes on
 * from, and so on.
 *
 * <h2>Limits</h2> 56 bytes a version, and some for each rollback. <h2>Thread safety</h2> None: one thread.
 */
final class VersionTable {
    private static final int WIDTH = 7;
    private static final int OFFSET = 0;
    private static final int INTENT_OFFSET = 1;
    private static final int DELTA_OFFSET = 2;
    private static final int DIGEST = 3;
    private static final int INTENT = 5;
    private static final int FIRST_ROOM = 64;

    /** @param parent the version that it goes on from; 0 is the base */
    private record Stretch(long begin, long parent) {}

    private final List<Stretch> stretches = new ArrayList<>(List.of(new Stretch(1, 0)));
    private long[] cells = new long[WIDTH * FIRST_ROOM];
    private int size;
    private long settled;
    private Fingerprint base = Fingerprint.NONE;

    /** The number of the newest version. */
    long head() {
        return size;
    }

    /** The newest version of which all that belongs to it must be visible. */
    long settled() {
        return settled;
    }

    /** Whether the log has a version of that number. */
    boolean has(long number) {
        return number >= 1 && number <= size && offset(number) >= 0;
    }

    /** In the versions topic; -1 for a version that is missing. */
    long offset(long number) {
        return cells[cell(number, OFFSET)];
    }

    /** Of the first chunk of its delta in the deltas topic; -1 where there is none. */
    long deltaOffset(long number) {
        return cells[cell(number, DELTA_OFFSET)];
    }

    void deltaAt(long offset) {
        cells[cell(size, DELTA_OFFSET)] = offset;
    }

    /** 0 is the base; {@link Fingerprint#NONE} where nobody knows. */
    Fingerprint digest(long number) {
        return number == 0 ? base : new Fingerprint(cells[cell(number, DIGEST)], cells[cell(number, DIGEST + 1)]);
    }

    Fingerprint intent(long number) {
        return new Fingerprint(cells[cell(number, INTENT)], cells[cell(number, INTENT + 1)]);
    }

    void base(Fingerprint digest) {
        base = digest;
    }

    /** @param to the version that a rollback goes back to, an earlier one; empty for an edit */
    void add(OptionalLong to, long offset, boolean isSettled, long intentOffset, Fingerprint digest, Fingerprint intent) {
        to.ifPresent(parent -> stretches.add(new Stretch(size + 1L, parent)));
        append(offset, intentOffset, digest, intent);
        settled = isSettled ? size : settled;
    }

    /** A version that is not in the log. */
    void addMissing() {
        append(-1, lastIntentOffset(), Fingerprint.NONE, Fingerprint.NONE);
    }

    private void append(long offset, long intentOffset, Fingerprint digest, Fingerprint intent) {
        if ((size + 1) * WIDTH > cells.length) {
            cells = Arrays.copyOf(cells, Math.multiplyExact(cells.length, 2));
        }
        size++;
        cells[cell(size, OFFSET)] = offset;
        cells[cell(size, INTENT_OFFSET)] = intentOffset;
        cells[cell(size, DELTA_OFFSET)] = -1;
        cells[cell(size, DIGEST)] = digest.high();
        cells[cell(size, DIGEST + 1)] = digest.low();
        cells[cell(size, INTENT)] = intent.high();
        cells[cell(size, INTENT + 1)] = intent.low();
    }

    private int cell(long number, int column) {
        if (number < 1 || number > size) {
            throw new IllegalArgumentException("number: " + number + " (expected: 1 to " + size + ")");
        }
        return (int) (number - 1) * WIDTH + column;
    }

    /** The offset of the intent of the newest version; -1 before the first. */
    long lastIntentOffset() {
        return size == 0 ? -1 : cells[cell(size, INTENT_OFFSET)];
    }

    /** How many versions were made of intents before this offset. */
    long madeBefore(long intentOffset) {
        long low = 0;
        long high = size;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (cells[cell(middle + 1, INTENT_OFFSET)] < intentOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int stretch(long number) {
        int low = 0;
        int high = stretches.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (stretches.get(middle).begin() <= number) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Whether the version goes on from a rollback, or is one. */
    boolean afterRollback(long number) {
        return number > 0 && stretch(number) > 0;
    }

    /** Where a rollback goes back to; empty for an edit. */
    OptionalLong rollbackTo(long number) {
        int at = stretch(number);
        Stretch stretch = stretches.get(at);
        return at > 0 && stretch.begin() == number ? OptionalLong.of(stretch.parent()) : OptionalLong.empty();
    }

    /**
     * The last of these versions of which {@code number} is made; 0 if none is.
     *
     * @param changes in ascending order
     */
    long last(long[] changes, long number) {
        long at = number;
        while (at > 0) {
            Stretch stretch = stretches.get(stretch(at));
            int found = Arrays.binarySearch(changes, at);
            int floor = found >= 0 ? found : -found - 2;
            if (floor >= 0 && changes[floor] >= stretch.begin()) {
                return changes[floor];
            }
            at = stretch.parent();
        }
        return 0;
    }

    /** Stretches of versions that make this one out of the base, each as its first and last number, in the order in which to apply them. */
    List<long[]> path(long number) {
        List<long[]> path = new ArrayList<>();
        long at = number;
        while (at > 0) {
            Stretch stretch = stretches.get(stretch(at));
            path.add(0, new long[] {stretch.begin(), at});
            at = stretch.parent();
        }
        return path;
    }
}
