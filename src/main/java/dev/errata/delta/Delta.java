package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;

/**
 * The change that one batch made: for every edited tensor a low-rank pair or, where that
 * would be larger, a matrix.
 *
 * @param changes in the order of their tensors' names, each tensor once; at least one
 * @throws ErrataException {@link Failure#DELTA_INVALID}
 */
public record Delta(List<TensorChange> changes) {
    public Delta {
        changes = List.copyOf(changes);
        if (changes.isEmpty()) {
            throw new ErrataException(Failure.DELTA_INVALID, "changes: none (expected: at least one)");
        }
        for (int i = 1; i < changes.size(); i++) {
            String before = changes.get(i - 1).tensor();
            String tensor = changes.get(i).tensor();
            if (before.compareTo(tensor) >= 0) {
                throw new ErrataException(
                        Failure.DELTA_INVALID, "tensor: " + tensor + " after " + before + " (expected: each once, in the order of names)");
            }
        }
    }
}
