package dev.errata.memit;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Turns a batch of facts into a change of weights.
 *
 * <p>It computes and decides nothing else: it commits nothing, keeps no state between edits, and an edit that fails leaves everything as
 * it was. What it is given and what it gives back are values.
 */
public interface BatchEditor {
    /** The live set of the base model. */
    LiveSet emptyLiveSet();

    /** The edited tensors of the base model, by name. */
    SortedMap<String, EditedTensor> baseWeights();

    /** The name of a block's edited tensor. */
    String tensorName(int block);

    /**
     * Edits the model.
     *
     * @param live the live set of the version that {@code current} belongs to
     * @param current every edited tensor as it is, by name
     * @param in facts to write, no two with one fact key; a live fact with the same fact key is taken out first, and live facts that
     *     the model has the same key for are written anew with it
     * @param out live facts to take out, replaced or retracted
     * @throws dev.errata.failure.ErrataException FACT_NOT_LIVE when a fact of {@code out} is not live; EDIT_NOT_FINITE when the change
     *     would not be finite
     */
    EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress);

    /**
     * All live facts at once, from the base model, towards their kept targets: the same weights as one batch of these facts, and what a
     * stream of edits is measured against. It costs keys and solve, and a search for each target that is not kept any more.
     *
     * <p>A fact that is rejected here, because limits have changed since it was written, is not in the result; whoever puts the result in
     * the place of the stream decides about it.
     *
     * @param facts the live facts, in the order in which they were written; no two with one key
     */
    default EditResult rebase(List<LiveFact> facts, Progress progress) {
        return edit(emptyLiveSet(), baseWeights(), facts, List.of(), progress);
    }
}
