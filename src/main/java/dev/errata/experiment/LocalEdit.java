package dev.errata.experiment;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactKey;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult;
import dev.errata.memit.Editor;
import dev.errata.memit.LiveSet;
import dev.errata.memit.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Fact changes written into a model in one batch or one batch after the other, in the order in which they come, as the worker would write
 * them, but with no log to remember it.
 *
 * <p>A batch ends early where a fact comes up that it holds already: the later change must find the earlier one written.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class LocalEdit {
    private final Editor editor;
    private final int batchSize;

    /** @param batchSize facts in a batch at most, 1 or more */
    public LocalEdit(Editor editor, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize: " + batchSize + " (expected: 1 or more)");
        }
        this.editor = editor;
        this.batchSize = batchSize;
    }

    /** A change that was not made. */
    public record Refused(FactKey fact, Failure code, String message) {}

    /**
     * What became of the changes.
     *
     * @param weights every edited tensor, by name
     * @param live the facts that are claimed in the end, oldest first
     * @param seconds wall seconds of all batches by phase
     */
    public record Result(
            SortedMap<String, EditedTensor> weights,
            List<LiveFact> live,
            List<Refused> refused,
            int batches,
            SortedMap<String, Double> seconds) {}

    /** Makes the changes. */
    public Result run(List<FactChange> changes, Progress progress) {
        LiveSet live = editor.emptyLiveSet();
        SortedMap<String, EditedTensor> weights = editor.baseWeights();
        Map<FactKey, LiveFact> claimed = new LinkedHashMap<>();
        List<Refused> refused = new ArrayList<>();
        SortedMap<String, Double> seconds = new TreeMap<>();
        List<List<FactChange>> batches = batches(changes, batchSize);
        for (List<FactChange> batch : batches) {
            List<LiveFact> in = new ArrayList<>();
            List<FactKey> out = new ArrayList<>();
            for (FactChange change : batch) {
                if (change instanceof Asserted asserted) {
                    in.add(LiveFact.of(asserted));
                } else if (live.holds(change.key())) {
                    out.add(change.key());
                } else {
                    refused.add(new Refused(
                            change.key(), Failure.FACT_NOT_LIVE, "fact: " + change.key() + " (expected: a fact written before)"));
                }
            }
            EditResult result = editor.edit(live, weights, in, out, progress);
            result.seconds().forEach((phase, time) -> seconds.merge(phase, time, Double::sum));
            result.rejected().forEach(one -> refused.add(new Refused(one.fact().key(), one.code(), one.message())));
            if (result instanceof EditResult.Edited edited) {
                live = edited.live();
                weights = edited.weights();
                claimed.keySet().removeAll(edited.out());
                edited.in().forEach(fact -> claimed.put(fact.key(), fact));
            }
        }
        return new Result(weights, List.copyOf(claimed.values()), List.copyOf(refused), batches.size(), seconds);
    }

    /** Consecutive changes, no two of a batch about one fact. */
    static List<List<FactChange>> batches(List<FactChange> changes, int size) {
        List<List<FactChange>> batches = new ArrayList<>();
        Set<FactKey> held = new HashSet<>();
        List<FactChange> batch = new ArrayList<>();
        for (FactChange change : changes) {
            if (batch.size() == size || held.contains(change.key())) {
                batches.add(List.copyOf(batch));
                batch.clear();
                held.clear();
            }
            batch.add(change);
            held.add(change.key());
        }
        if (!batch.isEmpty()) {
            batches.add(List.copyOf(batch));
        }
        return batches;
    }
}
