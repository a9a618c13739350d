package dev.errata.kills;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.EditResult;
import dev.errata.memit.LiveSet;
import dev.errata.memit.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** An editor that takes its time and can stop before and after it computes. */
record StoppingEditor(BatchEditor editor, Stop stop, Duration takes) implements BatchEditor {
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
        stop.at(Step.BEFORE_COMPUTE);
        try {
            Thread.sleep(takes.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        EditResult result = editor.edit(live, current, in, out, progress);
        stop.at(Step.AFTER_COMPUTE);
        return result;
    }
}
