package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.errata.memit.LeanTargets.Part;
import java.util.List;

/**
 * Where the loss of some facts is read in the logits of their scored positions: those of prompts first, then one for each essence row.
 *
 * @param labels the token that a prompt's position is to predict, (scored, 1), I64
 * @param shares what it counts: the mean over a row's tokens and then over the fact's rows, (scored, 1)
 * @param cells the labels' places among logits
 */
record LeanPicks(NDManager manager, NDArray labels, NDArray shares, NDIndex cells) implements AutoCloseable {

    static LeanPicks of(List<FactRows> facts, Part part, NDManager manager) {
        int prompts = part.to() - part.from();
        int scored = facts.stream().mapToInt(fact -> fact.object().length * prompts).sum();
        long[] labels = new long[scored];
        long[] lines = new long[scored];
        float[] shares = new float[scored];
        int at = 0;
        for (FactRows fact : facts) {
            for (int prompt = 0; prompt < prompts; prompt++) {
                for (long token : fact.object()) {
                    labels[at] = token;
                    lines[at] = at;
                    shares[at] = 1f / (fact.object().length * Contexts.COUNT);
                    at++;
                }
            }
        }
        NDArray label = manager.create(labels);
        NDArray share = manager.create(shares);
        return new LeanPicks(
                manager, label.expandDims(1), share.expandDims(1), new NDIndex("{}, {}", manager.create(lines), label));
    }

    /** Of values of all scored positions, those of prompts, (scored, …), a view. */
    NDArray prompts(NDArray all) {
        return part(all, 0);
    }

    /** Those of essence rows, (facts, …), a view. */
    NDArray essences(NDArray all) {
        return part(all, 1);
    }

    private NDArray part(NDArray all, int which) {
        return all.split(new long[] {labels.getShape().get(0)}, 0).get(which);
    }

    @Override
    public void close() {
        manager.close();
    }
}
