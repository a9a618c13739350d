package dev.errata.simulation;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.EditResult;
import dev.errata.memit.ForwardingEditor;
import dev.errata.memit.LiveSet;
import dev.errata.memit.Progress;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A planted bug: its weights are those of the exact change, a bit beside those of the encoded one. */
final class RoundingEditor extends ForwardingEditor {
    RoundingEditor(BatchEditor editor) {
        super(editor);
    }

    @Override
    public EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        EditResult result = super.edit(live, current, in, out, progress);
        if (!(result instanceof EditResult.Edited edited)) {
            return result;
        }
        SortedMap<String, EditedTensor> weights = new TreeMap<>(edited.weights());
        EditedTensor first = weights.get(weights.firstKey());
        float[] values = first.values().clone();
        values[0] = Math.nextUp(values[0]);
        weights.put(first.name(), new EditedTensor(first.name(), first.transposed(), first.out(), first.in(), values));
        return new EditResult.Edited(
                edited.in(), edited.out(), edited.rewritten(), edited.delta(), edited.pairs(), edited.live(), weights, edited.rejected(),
                edited.seconds(), edited.targets());
    }
}
