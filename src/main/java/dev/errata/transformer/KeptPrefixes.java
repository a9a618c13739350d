package dev.errata.transformer;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The last {@link SharedPrefixes} of the base model that somebody was done with: contexts are the same from edit to edit, and running
 * them anew was a good part of an edit of one fact.
 *
 * <p>Who takes them has them alone; who comes meanwhile runs the texts anew.
 *
 * <h2>Memory</h2> Keys and values of the texts in every block.
 * <h2>Thread safety</h2> Safe.
 */
final class KeptPrefixes {
    private final AtomicReference<SharedPrefixes> kept = new AtomicReference<>();

    /** Those of these texts in the blocks below {@code to}, if they are what is kept. */
    Optional<SharedPrefixes> take(List<long[]> texts, int to) {
        SharedPrefixes last = kept.getAndSet(null);
        if (last == null) {
            return Optional.empty();
        }
        if (last.has(texts, to)) {
            return Optional.of(last);
        }
        put(last);
        return Optional.empty();
    }

    /** Keeps these instead of those before. */
    void put(SharedPrefixes used) {
        SharedPrefixes before = kept.getAndSet(used);
        if (before != null) {
            before.free();
        }
    }
}
