package dev.errata.simulation;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.EditResult;
import dev.errata.memit.LiveSet;
import dev.errata.memit.Progress;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Passes everything on. */
class WrappedEditor implements BatchEditor {
    private final BatchEditor editor;

    WrappedEditor(BatchEditor editor) {
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
