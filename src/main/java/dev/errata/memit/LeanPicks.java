package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.errata.memit.FactRows.Claim;
import dev.errata.memit.LeanTargets.Part;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Where the loss of some facts is read in the logits of their scored positions: those of prompts first, then one for each essence row.
 *
 * @param labels the token that a prompt's position is to predict, (scored, 1), I64
 * @param shares what it counts: the mean over a row's tokens, over a fact's rows and over facts that share a key, (scored, 1)
 * @param cells the labels' places among logits
 */
record LeanPicks(NDManager manager, NDArray labels, NDArray shares, NDIndex cells) implements AutoCloseable {

    static LeanPicks of(List<FactRows> facts, Part part, NDManager manager) {
        int prompts = part.to() - part.from();
        int scored = facts.stream().mapToInt(FactRows::scored).sum() * prompts;
        long[] labels = new long[scored];
        float[] shares = new float[scored];
        int at = 0;
        for (FactRows fact : facts) {
            for (Claim claim : fact.claims()) {
                for (int prompt = 0; prompt < prompts; prompt++) {
                    for (long token : claim.object()) {
                        labels[at] = token;
                        shares[at++] = 1f / (claim.object().length * Contexts.COUNT * fact.claims().size());
                    }
                }
            }
        }
        long[] lines = LongStream.range(0, scored).toArray();
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
