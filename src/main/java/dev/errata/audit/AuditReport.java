package dev.errata.audit;

import java.util.List;
import java.util.Map;

/**
 * What an audit has found.
 *
 * @param model whose line it was
 * @param verdicts one for each invariant, in their order
 * @param records how many records were read, by topic
 * @param open work that has not come to its end yet, by kind; on a log at rest it is counted among the violations instead
 * @param notes what could not be checked, in words
 */
public record AuditReport(
        String model, long versions, List<Verdict> verdicts, Map<String, Long> records, Map<String, Long> open, List<String> notes) {
    public AuditReport {
        verdicts = List.copyOf(verdicts);
        records = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(records));
        open = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(open));
        notes = List.copyOf(notes);
    }

    /**
     * Of one invariant.
     *
     * @param violations how many there are
     * @param first the first of them by topic, partition and offset, at most twenty
     */
    public record Verdict(Invariant invariant, long violations, List<Finding> first) {
        public Verdict {
            first = List.copyOf(first);
        }

        public boolean holds() {
            return violations == 0;
        }
    }

    /** Whether every invariant holds. */
    public boolean sound() {
        return verdicts.stream().allMatch(Verdict::holds);
    }

    public Verdict verdict(Invariant invariant) {
        return verdicts.get(invariant.ordinal());
    }

    /** The first findings of every invariant that does not hold. */
    public List<Finding> findings() {
        return verdicts.stream().flatMap(verdict -> verdict.first().stream()).toList();
    }
}
