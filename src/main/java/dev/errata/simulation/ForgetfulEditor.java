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

/** A planted bug: it goes on with the live set of its own last edit, whatever it is given. One thread. */
final class ForgetfulEditor extends ForwardingEditor {
    private LiveSet last;

    ForgetfulEditor(BatchEditor editor) {
        super(editor);
    }

    @Override
    public EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        EditResult result = super.edit(last == null ? live : last, current, in, out, progress);
        if (result instanceof EditResult.Edited edited) {
            last = edited.live();
        }
        return result;
    }
}
