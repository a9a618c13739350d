package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;

/**
 * The change that one batch made: a low-rank pair for every edited tensor.
 *
 * @param factors in the order of their tensors' names, each tensor once; at least one
 * @throws ErrataException {@link Failure#DELTA_INVALID}
 */
public record Delta(List<LowRank> factors) {
    public Delta {
        factors = List.copyOf(factors);
        if (factors.isEmpty()) {
            throw new ErrataException(Failure.DELTA_INVALID, "factors: none (expected: at least one)");
        }
        for (int i = 1; i < factors.size(); i++) {
            String before = factors.get(i - 1).tensor();
            String tensor = factors.get(i).tensor();
            if (before.compareTo(tensor) >= 0) {
                throw new ErrataException(
                        Failure.DELTA_INVALID, "tensor: " + tensor + " after " + before + " (expected: each once, in the order of names)");
            }
        }
    }
}
