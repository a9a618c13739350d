package dev.errata.memit;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LowRank;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;

/**
 * One block in the course of an edit: its tensor before, the changes so far, and its tensor after them.
 *
 * <p>What the solver finds in fp64 is not what is published: factors are encoded as fp32. So the tensor that the rest of the edit sees is
 * always the old one with the <em>encoded</em> factors applied, canonically and all at once; it is then bit for bit what a follower gets.
 *
 * <h2>Thread safety</h2> None.
 */
final class BlockEdit {
    private final EditedTensor before;
    private final List<Factors> changes = new ArrayList<>();
    private EditedTensor after;

    BlockEdit(EditedTensor before) {
        this.before = before;
        this.after = before;
    }

    /**
     * Adds a change's columns behind those that are there.
     *
     * @return the tensor after all changes
     * @throws ErrataException EDIT_NOT_FINITE when a factor, or a weight after it, is not finite in fp32
     */
    EditedTensor add(Factors change) {
        changes.add(change);
        after = CanonicalApply.apply(before, encoded().orElseThrow());
        return after;
    }

    EditedTensor after() {
        return after;
    }

    /** All changes as one low-rank change, fp32; empty if there were none. */
    Optional<LowRank> encoded() {
        int rank = changes.stream().mapToInt(change -> change.b().numRows).sum();
        if (rank == 0) {
            return Optional.empty();
        }
        float[] b = new float[before.out() * rank];
        float[] a = new float[rank * before.in()];
        int row = 0;
        for (Factors change : changes) {
            for (int i = 0; i < change.b().numRows; i++, row++) {
                for (int o = 0; o < before.out(); o++) {
                    b[o * rank + row] = encode(change.b(), i, o);
                }
                for (int k = 0; k < before.in(); k++) {
                    a[row * before.in() + k] = encode(change.a(), i, k);
                }
            }
        }
        return Optional.of(new LowRank(before.name(), before.out(), before.in(), rank, b, a));
    }

    private float encode(DMatrixRMaj factor, int row, int column) {
        float value = (float) factor.unsafe_get(row, column);
        if (!Float.isFinite(value)) {
            throw new ErrataException(
                    Failure.EDIT_NOT_FINITE,
                    before.name() + ": a factor of the change is " + factor.unsafe_get(row, column) + " (expected: finite in fp32)");
        }
        return value;
    }
}
