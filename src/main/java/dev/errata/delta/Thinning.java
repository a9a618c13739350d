package dev.errata.delta;

import java.util.Iterator;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which of a line's snapshots are kept, so that their number grows with the logarithm of the versions and not with it.
 *
 * <p>One goes if the two beside it (the base is one, at 0) are no further apart than the newer of them lies behind the newest of all. So
 * the newest two stay; and a version that lies n behind the newest snapshot has one, or the base, less than n versions before it, or as
 * near as they were ever made: going back costs at most about what going forward again would. What may go today may go on every later
 * day, so it does not matter who thins, or how often.
 *
 * <p>No version is ever lost by it: each is made from the base by the log alone. A snapshot is time saved.
 */
final class Thinning {
    private Thinning() {}

    /**
     * Those of {@code numbers} that stay.
     *
     * @param numbers of versions that have a snapshot
     */
    static SortedSet<Long> kept(SortedSet<Long> numbers) {
        SortedSet<Long> kept = new TreeSet<>();
        if (numbers.isEmpty()) {
            return kept;
        }
        long newest = numbers.last();
        long before = 0;
        Iterator<Long> rest = numbers.iterator();
        long at = rest.next();
        while (rest.hasNext()) {
            long after = rest.next();
            if (after - before > newest - after) {
                kept.add(at);
                before = at;
            }
            at = after;
        }
        kept.add(newest);
        return kept;
    }
}
