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

/** A planted bug: it rebases on top of the weights that there are, not of the base. One thread. */
final class PilingEditor extends ForwardingEditor {
    private Map<String, EditedTensor> last = baseWeights();

    PilingEditor(BatchEditor editor) {
        super(editor);
    }

    @Override
    public EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        EditResult result = super.edit(live, current, in, out, progress);
        if (result instanceof EditResult.Edited edited) {
            last = edited.weights();
        }
        return result;
    }

    @Override
    public EditResult rebase(List<LiveFact> facts, Progress progress) {
        return edit(emptyLiveSet(), last, facts, List.of(), progress);
    }
}
