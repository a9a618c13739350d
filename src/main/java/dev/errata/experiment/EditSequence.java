package dev.errata.experiment;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.memit.EditResult;
import dev.errata.memit.EditResult.Edited;
import dev.errata.memit.Editor;
import dev.errata.memit.LiveSet;
import dev.errata.memit.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Weights and live set while one batch after another is written into them, as the worker would, but with no log.
 *
 * <h2>Thread safety</h2> None.
 */
final class EditSequence {
    private final Editor editor;
    private final boolean remembers;
    private final List<LiveFact> written = new ArrayList<>();
    private SortedMap<String, EditedTensor> weights;
    private LiveSet live;
    private double seconds;
    private int searches;

    /** @param remembers whether earlier facts are protected: false is the reference's way, which begins each batch with none */
    EditSequence(Editor editor, boolean remembers) {
        this.editor = editor;
        this.remembers = remembers;
        this.weights = editor.baseWeights();
        this.live = editor.emptyLiveSet();
    }

    /** Writes one batch; a live fact with the same key as one of these is taken out first. What is rejected is left out. */
    void write(List<LiveFact> batch) {
        take(editor.edit(live, weights, batch, List.of(), Progress.NONE));
    }

    /** Takes live facts out. */
    void retract(List<FactKey> keys) {
        take(editor.edit(live, weights, List.of(), keys, Progress.NONE));
    }

    /** Starts again from the base with all facts that are written, in one batch. */
    void rebase() {
        take(editor.rebase(List.copyOf(written), Progress.NONE));
    }

    private void take(EditResult result) {
        seconds += result.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
        searches += result.targets().searched();
        if (result instanceof Edited edited) {
            weights = edited.weights();
            live = remembers ? edited.live() : editor.emptyLiveSet();
            written.removeIf(fact -> edited.out().contains(fact.key()));
            edited.in().forEach(fact -> written.removeIf(before -> before.key().equals(fact.key())));
            written.addAll(edited.in());
        }
    }

    SortedMap<String, EditedTensor> weights() {
        return weights;
    }

    LiveSet live() {
        return live;
    }

    /** The facts that are claimed now, in the order in which they were written. */
    List<LiveFact> written() {
        return List.copyOf(written);
    }

    /** Wall seconds of all edits so far. */
    double seconds() {
        return seconds;
    }

    /** Targets searched so far. */
    int searches() {
        return searches;
    }
}
