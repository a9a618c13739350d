package dev.errata.memit;

import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * What the model has at the subjects of some facts, for one block (method.md §5, §6).
 *
 * @param keys (n, d_k), averaged over contexts: half of it the plain prompt's key, a tenth each the other contexts'
 * @param states at block L, (n, d), of the plain prompts alone; zeros where they were not read
 */
record KeysAndState(DMatrixRMaj keys, DMatrixRMaj states) {

    /** Room for n facts. */
    static KeysAndState room(int facts, int keyWidth, int width) {
        return new KeysAndState(new DMatrixRMaj(facts, keyWidth), new DMatrixRMaj(facts, width));
    }

    /**
     * Takes down the keys of some facts.
     *
     * @param places of these facts
     * @param each six rows of d_k for each of them
     */
    void putKeys(List<Integer> places, float[] each) {
        int width = keys.numCols;
        for (int row = 0; row < each.length / width; row++) {
            int to = places.get(row / Contexts.COUNT) * width;
            double weight = Contexts.weight(row % Contexts.COUNT);
            for (int i = 0; i < width; i++) {
                keys.data[to + i] += weight * each[row * width + i];
            }
        }
    }

    /**
     * Takes down the states of some facts.
     *
     * @param places of these facts
     * @param each six rows of d for each of them, of which the first counts
     */
    void putStates(List<Integer> places, float[] each) {
        int width = states.numCols;
        for (int fact = 0; fact < places.size(); fact++) {
            for (int i = 0; i < width; i++) {
                states.data[places.get(fact) * width + i] = each[fact * Contexts.COUNT * width + i];
            }
        }
    }
}
