package dev.errata.memit;

import dev.errata.transformer.PrefixedPass;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;

/**
 * What the model has at the subjects of some facts (method.md §5, §6).
 *
 * @param keys by block, (n, d_k), averaged over contexts: half of it the plain prompt's key, a tenth each the other contexts'
 * @param states at block L, (n, d), of the plain prompts alone
 */
record KeysAndState(Map<Integer, DMatrixRMaj> keys, DMatrixRMaj states) {

    /** Room for n facts. */
    static KeysAndState room(int facts, Iterable<Integer> blocks, int keyWidth, int width) {
        Map<Integer, DMatrixRMaj> keys = new TreeMap<>();
        blocks.forEach(block -> keys.put(block, new DMatrixRMaj(facts, keyWidth)));
        return new KeysAndState(keys, new DMatrixRMaj(facts, width));
    }

    /**
     * Takes down what the rows of some facts give, six rows each.
     *
     * @param places of these facts
     */
    PrefixedPass.Reader at(List<Integer> places) {
        return new PrefixedPass.Reader() {
            @Override
            public void key(int block, float[] each) {
                DMatrixRMaj all = keys.get(block);
                int width = all.numCols;
                for (int row = 0; row < each.length / width; row++) {
                    int to = places.get(row / Contexts.COUNT) * width;
                    double weight = Contexts.weight(row % Contexts.COUNT);
                    for (int i = 0; i < width; i++) {
                        all.data[to + i] += weight * each[row * width + i];
                    }
                }
            }

            @Override
            public void states(float[] each) {
                int width = states.numCols;
                for (int fact = 0; fact < places.size(); fact++) {
                    for (int i = 0; i < width; i++) {
                        states.data[places.get(fact) * width + i] = each[fact * Contexts.COUNT * width + i];
                    }
                }
            }
        };
    }
}
