package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.errata.transformer.Attention;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.States;
import dev.errata.transformer.Tap;
import dev.errata.transformer.TokenRows;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * What the model has at the subjects of some facts (method.md §5, §6): their keys in some blocks, averaged over contexts, and the state
 * at block L in the plain prompt, all from one forward pass that stops at L and ends each row at its subject.
 *
 * @param keys by block, (n, d_k): half of it the plain prompt's key, a tenth each the other contexts'
 * @param states (n, d), of the plain prompts alone
 */
record KeysAndState(Map<Integer, DMatrixRMaj> keys, DMatrixRMaj states) {

    /**
     * @param blocks whose keys are wanted, none above {@code last}
     * @param last L
     * @param groupSize facts that run in one pass
     */
    static KeysAndState read(CausalLm lm, List<FactRows> facts, Set<Integer> blocks, int last, Overlay overlay, int groupSize) {
        Map<Integer, DMatrixRMaj> keys = new TreeMap<>();
        blocks.forEach(block -> keys.put(block, new DMatrixRMaj(facts.size(), lm.config().keyWidth())));
        KeysAndState all = new KeysAndState(keys, new DMatrixRMaj(facts.size(), lm.config().width()));
        for (int from = 0; from < facts.size(); from += groupSize) {
            all.read(lm, facts.subList(from, Math.min(facts.size(), from + groupSize)), from, last, overlay);
        }
        return all;
    }

    private void read(CausalLm lm, List<FactRows> group, int from, int last, Overlay overlay) {
        TokenRows rows = TokenRows.of(
                group.stream().flatMap(fact -> fact.keyRows().stream()).map(FactRows.Row::upToSubject).toList(), lm.tokenizer().padId());
        int[] plain = IntStream.range(0, group.size()).map(fact -> fact * Contexts.COUNT).toArray();
        try (NDManager manager = lm.manager().newSubManager()) {
            Attention attention = lm.attention(rows, manager);
            Tap tap = Tap.only(keys.keySet(), (block, key) -> {
                try (key; NDArray subjects = States.at(key, rows.last())) {
                    average(subjects.toFloatArray(), keys.get(block), from);
                }
            });
            NDArray hidden = lm.blocks(0, last + 1, lm.embed(rows, manager), attention, overlay, tap);
            int[] subjects = Arrays.stream(plain).map(row -> rows.length(row) - 1).toArray();
            float[] values = States.at(hidden, plain, subjects).toFloatArray();
            for (int i = 0; i < values.length; i++) {
                states.data[from * states.numCols + i] = values[i];
            }
        }
    }

    /** @param each (facts x contexts, d_k) */
    private static void average(float[] each, DMatrixRMaj keys, int from) {
        int width = keys.numCols;
        for (int row = 0; row < each.length / width; row++) {
            int to = (from + row / Contexts.COUNT) * width;
            double weight = Contexts.weight(row % Contexts.COUNT);
            for (int i = 0; i < width; i++) {
                keys.data[to + i] += weight * each[row * width + i];
            }
        }
    }
}
