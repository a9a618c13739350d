package dev.errata.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What must be known of every version at any time: where it and its delta lie, what it goes on from, and fingerprints of its digest and
 * its intent.
 *
 * <p>A rollback to m goes on from m. So versions lie in <em>stretches</em>: each begins after the base or with a rollback, and goes on from
 * one version. What a version is made of are the versions before it in its stretch, then those of the version that the stretch goes on
 * from, and so on. A rebase goes on from the version before it with its facts, and from the base with its weights: weights have stretches
 * of their own.
 *
 * <h2>Limits</h2> 56 bytes a version, and some for each rollback and rebase. <h2>Thread safety</h2> None: one thread.
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
    private record Stretch(long begin, long parent) {
        static List<Stretch> first() {
            return new ArrayList<>(List.of(new Stretch(1, 0)));
        }
    }

    /**
     * A version, as its record says.
     *
     * @param kind the version that a rollback goes back to, an earlier one; {@link Row#EDIT} or {@link Row#REBASE}
     * @param offset in the versions topic
     * @param intentOffset of its intent, in the batches topic
     * @param held whether it waits for an operator
     */
    record Made(
            long kind, long offset, boolean settled, long intentOffset, Fingerprint digest, Fingerprint intent, boolean held) {}

    private final List<Stretch> facts = Stretch.first();
    private final List<Stretch> weights = Stretch.first();
    /** Rebases whose pairs are known. */
    private final List<Long> paired = new ArrayList<>();
    private boolean held;
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

    void add(Made made) {
        if (made.kind() >= 0) {
            facts.add(new Stretch(size + 1L, made.kind()));
        }
        if (made.kind() != Row.EDIT) {
            weights.add(new Stretch(size + 1L, Math.max(0, made.kind())));
        }
        append(made.offset(), made.intentOffset(), made.digest(), made.intent());
        settled = made.settled() ? size : settled;
        held = made.held();
    }

    /** A version that is not in the log. */
    void addMissing() {
        append(-1, lastIntentOffset(), Fingerprint.NONE, Fingerprint.NONE);
        held = false;
    }

    /** The pairs of the newest version, a rebase, were read: of every key it is known whether they are of it. */
    void pairsRead() {
        paired.add((long) size);
    }

    /** Rebases whose pairs are known. */
    List<Long> paired() {
        return paired;
    }

    /** Whether the newest version waits for an operator, as its record says. */
    boolean isNewestHeld() {
        return held;
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
        return size == 0 ? -1 : intentOffset(size);
    }

    /** Of the version's intent. */
    long intentOffset(long number) {
        return cells[cell(number, INTENT_OFFSET)];
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

    private static int stretch(List<Stretch> stretches, long number) {
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
        return number > 0 && stretch(facts, number) > 0;
    }

    /** Where a rollback goes back to; empty for any other. */
    OptionalLong rollbackTo(long number) {
        Stretch stretch = begun(facts, number);
        return stretch == null ? OptionalLong.empty() : OptionalLong.of(stretch.parent());
    }

    /** What kind of version it is, as {@link Made#kind}. */
    long kind(long number) {
        return rollbackTo(number).orElse(begun(weights, number) == null ? Row.EDIT : Row.REBASE);
    }

    /** The stretch that this version begins; null where it begins none. */
    private static Stretch begun(List<Stretch> stretches, long number) {
        int at = stretch(stretches, number);
        return at > 0 && stretches.get(at).begin() == number ? stretches.get(at) : null;
    }

    /** Every rollback to the base. */
    LongStream rollbacksToBase() {
        return facts.stream().skip(1).filter(stretch -> stretch.parent() == 0).mapToLong(Stretch::begin);
    }

    /**
     * The last of these versions of which {@code number} is made; 0 if none is.
     *
     * @param changes in ascending order
     */
    long last(long[] changes, long number) {
        long at = number;
        while (at > 0) {
            Stretch stretch = facts.get(stretch(facts, at));
            int found = Arrays.binarySearch(changes, at);
            int floor = found >= 0 ? found : -found - 2;
            if (floor >= 0 && changes[floor] >= stretch.begin()) {
                return changes[floor];
            }
            at = stretch.parent();
        }
        return 0;
    }

    /** Stretches of versions that make this one's weights out of the base, each as its first and last number, in the order of applying. */
    List<long[]> path(long number) {
        List<long[]> path = new ArrayList<>();
        long at = number;
        while (at > 0) {
            Stretch stretch = weights.get(stretch(weights, at));
            path.add(0, new long[] {stretch.begin(), at});
            at = stretch.parent();
        }
        return path;
    }
}
