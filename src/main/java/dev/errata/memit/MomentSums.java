package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.States;
import dev.errata.transformer.Tap;
import dev.errata.transformer.TokenRows;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums of k kᵀ over all real tokens of a text, for several blocks at once, on the model's device.
 *
 * <h2>Thread safety</h2> None.
 */
final class MomentSums implements AutoCloseable {
    private final CausalLm lm;
    private final Overlay overlay;
    private final NDManager manager;
    private final Map<Integer, NDArray> sums = new TreeMap<>();
    private final Map<Integer, SplitHalf> halves = new TreeMap<>();
    private final int last;
    private long tokens;

    MomentSums(CausalLm lm, Overlay overlay, Collection<Integer> blocks) {
        this.lm = lm;
        this.overlay = overlay;
        this.last = blocks.stream().mapToInt(Integer::intValue).max().orElseThrow();
        this.manager = lm.manager().newSubManager();
        int width = lm.config().keyWidth();
        blocks.forEach(block -> {
            sums.put(block, manager.zeros(new Shape(width, width), DataType.FLOAT64));
            halves.put(block, new SplitHalf(width));
        });
    }

    /** Adds every token of these rows; padding is not counted. Every other row belongs to the other half of the text. */
    void add(TokenRows batch) {
        int count = Arrays.stream(batch.lengths()).sum();
        try (NDManager step = manager.newSubManager()) {
            Tap tap = Tap.only(sums.keySet(), (block, key) -> {
                try (key) {
                    add(block, key, batch, 0);
                    add(block, key, batch, 1);
                }
            });
            lm.blocks(0, last + 1, lm.embed(batch, step), lm.attention(batch, step), overlay, tap);
        }
        tokens += count;
    }

    private void add(int block, NDArray key, TokenRows batch, int half) {
        int count = 0;
        for (int row = half; row < batch.rows(); row += 2) {
            count += batch.length(row);
        }
        if (count == 0) {
            return;
        }
        int[] rows = new int[count];
        int[] positions = new int[count];
        int at = 0;
        for (int row = half; row < batch.rows(); row += 2) {
            for (int position = 0; position < batch.length(row); position++, at++) {
                rows[at] = row;
                positions[at] = position;
            }
        }
        try (NDArray real = States.at(key, rows, positions);
                NDArray wide = real.toType(DataType.FLOAT64, true);
                NDArray transposed = wide.transpose();
                NDArray product = transposed.matMul(wide)) {
            sums.get(block).addi(product);
            halves.get(block).add(half, wide);
        }
    }

    /** Tokens added so far. */
    long tokens() {
        return tokens;
    }

    /** The largest relative standard error of all blocks; NaN while it is not known. */
    double standardError() {
        return halves.values().stream().mapToDouble(SplitHalf::standardError).max().orElse(Double.NaN);
    }

    /** The sum of a block, (d_k, d_k) row-major, a copy. */
    double[] sum(int block) {
        return Doubles.download(sums.get(block)).data;
    }

    SplitHalf half(int block) {
        return halves.get(block);
    }

    /** Goes on from sums that were taken before. */
    void restore(int block, double[] sum, SplitHalf.State half) {
        try (NDManager step = manager.newSubManager()) {
            int width = lm.config().keyWidth();
            sums.get(block).addi(Doubles.upload(step, sum, width, width));
        }
        halves.get(block).restore(half);
    }

    /** As many tokens as the restored sums have. */
    void restore(long before) {
        tokens = before;
    }

    /** The mean over all tokens by block, (d_k, d_k) row-major. Ends the summing: call it once. */
    Map<Integer, double[]> means() {
        Map<Integer, double[]> means = new TreeMap<>();
        sums.forEach((block, sum) -> means.put(block, Doubles.download(sum.divi(Math.max(1, tokens))).data));
        return means;
    }

    @Override
    public void close() {
        manager.close();
    }
}
