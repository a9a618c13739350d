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
}
