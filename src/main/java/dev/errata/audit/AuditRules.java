package dev.errata.audit;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.EditedTensor;
import dev.errata.stream.FactLimits;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an audit goes by.
 *
 * @param limits of facts, as the accumulator has them: they decide what is readable
 * @param base every tensor that may be edited, as the base model has it, by name; empty: no delta is applied, only the structure is
 *     checked. The arrays are read and not changed
 * @param atRest whether work that is still open is a violation
 * @param rowsInMemory how many rows are held before they go to disk, about 300 bytes each
 */
public record AuditRules(FactLimits limits, Optional<SortedMap<String, EditedTensor>> base, boolean atRest, int rowsInMemory) {
    /** About 60 MB. */
    public static final int ROWS_IN_MEMORY = 200_000;

    public AuditRules {
        requireNonNull(limits, "limits");
        base = base.map(tensors -> Collections.unmodifiableSortedMap(new TreeMap<>(tensors)));
        if (rowsInMemory < 1) {
            throw new IllegalArgumentException("rowsInMemory: " + rowsInMemory + " (expected: 1 or more)");
        }
    }

    /** Structure and weights of a log that may still move. */
    public static AuditRules of(SortedMap<String, EditedTensor> base, FactLimits limits) {
        return new AuditRules(limits, Optional.of(base), false, ROWS_IN_MEMORY);
    }

    /** Everything but the weights. */
    public static AuditRules structure(FactLimits limits) {
        return new AuditRules(limits, Optional.empty(), false, ROWS_IN_MEMORY);
    }

    /** The same for a log that has come to rest. */
    public AuditRules resting() {
        return new AuditRules(limits, base, true, rowsInMemory);
    }
}
