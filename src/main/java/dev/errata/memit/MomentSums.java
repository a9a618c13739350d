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
    private final int last;
    private long tokens;

    MomentSums(CausalLm lm, Overlay overlay, Collection<Integer> blocks) {
        this.lm = lm;
        this.overlay = overlay;
        this.last = blocks.stream().mapToInt(Integer::intValue).max().orElseThrow();
        this.manager = lm.manager().newSubManager();
        int width = lm.config().keyWidth();
        blocks.forEach(block -> sums.put(block, manager.zeros(new Shape(width, width), DataType.FLOAT64)));
    }

    /** Adds every token of these rows; padding is not counted. */
    void add(TokenRows batch) {
        int count = Arrays.stream(batch.lengths()).sum();
        int[] rows = new int[count];
        int[] positions = new int[count];
        int at = 0;
        for (int row = 0; row < batch.rows(); row++) {
            for (int position = 0; position < batch.length(row); position++, at++) {
                rows[at] = row;
                positions[at] = position;
            }
        }
        try (NDManager step = manager.newSubManager()) {
            Tap tap = Tap.only(sums.keySet(), (block, key) -> {
                try (key; NDArray real = States.at(key, rows, positions)) {
                    add(block, real);
                }
            });
            lm.blocks(0, last + 1, lm.embed(batch, step), lm.attention(batch, step), overlay, tap);
        }
        tokens += count;
    }

    private void add(int block, NDArray keys) {
        try (NDArray wide = keys.toType(DataType.FLOAT64, true);
                NDArray transposed = wide.transpose();
                NDArray product = transposed.matMul(wide)) {
            sums.get(block).addi(product);
        }
    }

    /** Tokens added so far. */
    long tokens() {
        return tokens;
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
