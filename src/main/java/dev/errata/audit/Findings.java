package dev.errata.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects findings: of each invariant how many, and the first few in the order of their places.
 *
 * <h2>Limits</h2> Keeps {@value #KEPT} of each invariant. <h2>Thread safety</h2> None: one thread.
 */
final class Findings {
    static final int KEPT = 20;

    private final Map<Invariant, List<Finding>> first = new EnumMap<>(Invariant.class);
    private final Map<Invariant, Long> counts = new EnumMap<>(Invariant.class);

    void add(Invariant invariant, Place place, String words) {
        counts.merge(invariant, 1L, Long::sum);
        List<Finding> kept = first.computeIfAbsent(invariant, any -> new ArrayList<>());
        // Words may quote a record, or a parser that quotes one.
        kept.add(new Finding(invariant, place, words.replaceAll("\\s+", " ")));
        if (kept.size() > 2 * KEPT) {
            sort(kept);
            kept.subList(KEPT, kept.size()).clear();
        }
    }

    /** Adds {@code found (expected: …)} unless it holds. */
    void require(boolean holds, Invariant invariant, Place place, String found, Object expected) {
        if (!holds) {
            add(invariant, place, found + " (expected: " + expected + ")");
        }
    }

    long count(Invariant invariant) {
        return counts.getOrDefault(invariant, 0L);
    }

    /** At most {@value #KEPT}, first places first. */
    List<Finding> first(Invariant invariant) {
        List<Finding> kept = first.getOrDefault(invariant, new ArrayList<>());
        sort(kept);
        return List.copyOf(kept.subList(0, Math.min(KEPT, kept.size())));
    }

    private static void sort(List<Finding> findings) {
        findings.sort(Comparator.comparing(Finding::place));
    }
}
