package dev.errata.memit;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Passes everything on to another editor; what differs is overridden.
 *
 * <h2>Thread safety</h2> As the other's.
 */
public class ForwardingEditor implements BatchEditor {
    private final BatchEditor editor;

    protected ForwardingEditor(BatchEditor editor) {
        this.editor = editor;
    }

    @Override
    public LiveSet emptyLiveSet() {
        return editor.emptyLiveSet();
    }

    @Override
    public SortedMap<String, EditedTensor> baseWeights() {
        return editor.baseWeights();
    }

    @Override
    public String tensorName(int block) {
        return editor.tensorName(block);
    }

    @Override
    public EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        return editor.edit(live, current, in, out, progress);
    }
}
