package dev.errata.kills;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.EditResult;
import dev.errata.memit.ForwardingEditor;
import dev.errata.memit.LiveSet;
import dev.errata.memit.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An editor that takes its time and can stop before and after it computes. One thread. */
final class StoppingEditor extends ForwardingEditor {
    private final Stop stop;
    private final Duration takes;
    /** Facts of the last batch that failed; an edit with fewer is of a part of it. */
    private int failed;

    StoppingEditor(BatchEditor editor, Stop stop, Duration takes) {
        super(editor);
        this.stop = stop;
        this.takes = takes;
    }

    @Override
    public EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        stop.at(in.size() < failed ? Step.WHILE_BISECTED : Step.BEFORE_COMPUTE);
        Life.pause(takes);
        EditResult result = edited(live, current, in, out, progress);
        stop.at(Step.AFTER_COMPUTE);
        return result;
    }

    private EditResult edited(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        try {
            return super.edit(live, current, in, out, progress);
        } catch (RuntimeException e) {
            failed = Math.max(failed, in.size());
            throw e;
        }
    }
}
