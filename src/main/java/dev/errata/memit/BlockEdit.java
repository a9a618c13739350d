package dev.errata.memit;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.DenseChange;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LowRank;
import dev.errata.delta.TensorChange;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * One block in the course of an edit: its tensor before, the changes so far, and its tensor after them.
 *
 * <p>What the solver finds in fp64 is not what is published, which is fp32: factors, or the matrix where factors would be larger. So the
 * tensor that the rest of the edit sees is always the old one with the <em>encoded</em> change applied, canonically and all at once; it
 * is then bit for bit what a follower gets.
 *
 * <h2>Thread safety</h2> None.
 */
final class BlockEdit {
    private final EditedTensor before;
    private final List<Change> changes = new ArrayList<>();
    private EditedTensor after;

    BlockEdit(EditedTensor before) {
        this.before = before;
        this.after = before;
    }

    /**
     * Adds a change to those that are there.
     *
     * @return the tensor after all changes
     * @throws ErrataException EDIT_NOT_FINITE when a number of the change, or a weight after it, is not finite in fp32
     */
    EditedTensor add(Change change) {
        changes.add(change);
        after = encoded().map(encoded -> CanonicalApply.apply(before, encoded)).orElse(before);
        return after;
    }

    EditedTensor after() {
        return after;
    }

    /** All changes as one, fp32; empty if there were none. */
    Optional<TensorChange> encoded() {
        long rank = 0;
        boolean factors = true;
        for (Change change : changes) {
            if (change instanceof Factors product) {
                rank += product.b().numRows;
            } else {
                factors = false;
            }
        }
        if (factors && rank == 0) {
            return Optional.empty();
        }
        factors &= TensorChange.factorsAreSmaller(rank, before.out(), before.in());
        return Optional.of(factors ? product((int) rank) : matrix());
    }

    /** The columns of all changes side by side. */
    private LowRank product(int rank) {
        float[] b = new float[before.out() * rank];
        float[] a = new float[rank * before.in()];
        int row = 0;
        for (Change change : changes) {
            Factors factors = (Factors) change;
            for (int i = 0; i < factors.b().numRows; i++, row++) {
                for (int o = 0; o < before.out(); o++) {
                    b[o * rank + row] = encode(factors.b().unsafe_get(i, o));
                }
                for (int k = 0; k < before.in(); k++) {
                    a[row * before.in() + k] = encode(factors.a().unsafe_get(i, k));
                }
            }
        }
        return new LowRank(before.name(), before.out(), before.in(), rank, b, a);
    }

    /** The sum of all changes, fp64 until it is rounded once. */
    private DenseChange matrix() {
        DMatrixRMaj sum = new DMatrixRMaj(before.out(), before.in());
        for (Change change : changes) {
            if (change instanceof Factors factors) {
                CommonOps_DDRM.addEquals(sum, Products.transposedTimes(factors.b(), factors.a()));
            } else if (change instanceof Change.Whole whole) {
                CommonOps_DDRM.addEquals(sum, whole.matrix());
            }
        }
        float[] values = new float[sum.data.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = encode(sum.data[i]);
        }
        return new DenseChange(before.name(), before.out(), before.in(), values);
    }

    private float encode(double exact) {
        float value = (float) exact;
        if (!Float.isFinite(value)) {
            throw new ErrataException(
                    Failure.EDIT_NOT_FINITE, before.name() + ": a number of the change is " + exact + " (expected: finite in fp32)");
        }
        return value;
    }
}
