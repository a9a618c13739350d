package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.stream.IntStream;

/**
 * Applies a change to a tensor so that every machine gets the same bits. For each element, by a low-rank change
 *
 * <pre>
 *   acc = (double) w[o][i]
 *   for r = 0 … rank-1:  acc += (double) b[o][r] · (double) a[r][i]
 *   w'[o][i] = (float) acc
 * </pre>
 *
 * and by a dense one {@code w'[o][i] = (float) ((double) w[o][i] + (double) c[o][i])}, which is the sum of the two floats rounded once, to
 * the nearest: 53 bits are more than 2·24 + 2, so that rounding to double before does not show.
 *
 * <p>Why the bits cannot differ: a float has 24 significant bits, so the product of two is exact in the 53 of a double (and its exponent
 * is far from either end), hence a fused multiply-add, which only skips the rounding of the product, gives the same sum. The order of the
 * additions is fixed for each element; blocks, vector lanes and threads only decide which <em>elements</em> are computed together, never in
 * which order one element's terms are added. Java 17 arithmetic is IEEE 754 without exception (JLS 15.4). The product commutes, so a
 * tensor stored transposed gives the transposed bits.
 *
 * <h2>Thread safety</h2> Stateless; works in the caller's fork-join pool, else in the common one.
 */
public final class CanonicalApply {
    private CanonicalApply() {}

    /**
     * The tensor after the change; the argument stays as it is.
     *
     * @throws ErrataException {@link Failure#DELTA_INVALID} when name or shape do not fit; {@link Failure#EDIT_NOT_FINITE} when a result is
     *     NaN or infinite
     */
    public static EditedTensor apply(EditedTensor tensor, TensorChange change) {
        float[] values = tensor.values().clone();
        EditedTensor result = new EditedTensor(tensor.name(), tensor.transposed(), tensor.out(), tensor.in(), values);
        applyInPlace(result, change);
        return result;
    }

    /** As {@link #apply}, but overwrites the values; for an owner of the array that applies many changes. */
    public static void applyInPlace(EditedTensor tensor, TensorChange change) {
        if (!tensor.name().equals(change.tensor()) || tensor.out() != change.out() || tensor.in() != change.in()) {
            throw new ErrataException(Failure.DELTA_INVALID, "change: " + change + " (expected: one of " + tensor + ")");
        }
        boolean finite = change instanceof LowRank lowRank ? product(tensor, lowRank) : sum(tensor, (DenseChange) change);
        if (!finite) {
            throw new ErrataException(Failure.EDIT_NOT_FINITE, tensor + ": NaN or infinity after the change (expected: finite values)");
        }
    }

    private static boolean product(EditedTensor tensor, LowRank change) {
        Tile.Factor b = new Tile.Factor(change.b(), change.rank(), 1);
        Tile.Factor a = new Tile.Factor(change.a(), 1, change.in());
        int rows = tensor.transposed() ? tensor.in() : tensor.out();
        int columns = tensor.transposed() ? tensor.out() : tensor.in();
        Tile.Factor left = tensor.transposed() ? a : b;
        Tile.Factor right = tensor.transposed() ? b : a;
        return IntStream.range(0, (rows - 1) / Tile.ROWS + 1)
                .parallel()
                .map(task -> new Tile(tensor.values(), columns, left, right, change.rank()).rows(task * Tile.ROWS, rows) ? 1 : 0)
                .min()
                .orElse(0) == 1;
    }

    private static boolean sum(EditedTensor tensor, DenseChange change) {
        float[] values = tensor.values();
        return IntStream.range(0, tensor.out()).parallel().map(o -> {
            boolean finite = true;
            for (int i = 0; i < tensor.in(); i++) {
                int at = tensor.transposed() ? i * tensor.out() + o : o * tensor.in() + i;
                values[at] = (float) ((double) values[at] + (double) change.values()[o * tensor.in() + i]);
                finite &= Float.isFinite(values[at]);
            }
            return finite ? 1 : 0;
        }).min().orElse(0) == 1;
    }
}
