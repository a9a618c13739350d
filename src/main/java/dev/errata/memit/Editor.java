package dev.errata.memit;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.Progress.Phase;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@link BatchEditor} of a transformer: MEMIT with a live set.
 *
 * <h2>Limits</h2> A search takes {@link EditorSettings#memory} bytes on the device, and of all its keys in the heap.
 * <h2>Thread safety</h2> Edits may be made from any thread.
 */
public final class Editor implements BatchEditor, AutoCloseable {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final EditorSettings settings;
    private final TargetSearch search;
    private final TargetKeys keys;
    private final TargetStore store;
    private final Priors priors;

    /**
     * Inverts the covariance, which takes a while for a large model.
     *
     * @throws ErrataException HYPER_PARAMETERS_INVALID when the model lacks a layer, COVARIANCE_MISMATCH when the covariance does,
     *     COVARIANCE_SINGULAR when it cannot be inverted
     */
    public Editor(CausalLm lm, HyperParameters parameters, Contexts contexts, Covariance covariance, EditorSettings settings) {
        this(lm, parameters, contexts, covariance, settings, TargetStore.NONE);
    }

    /** The same with a place where targets of the base model are kept. */
    public Editor(
            CausalLm lm,
            HyperParameters parameters,
            Contexts contexts,
            Covariance covariance,
            EditorSettings settings,
            TargetStore store) {
        this(lm, parameters, contexts, new Priors(lm, parameters, covariance), settings, store);
    }

    /**
     * The same with inverses that are there; it closes them with itself.
     *
     * @param store where targets of the base model are kept; this model, these contexts and these parameters are part of the keys, so it
     *     may be shared with others; the caller's to close
     */
    public Editor(
            CausalLm lm, HyperParameters parameters, Contexts contexts, Priors priors, EditorSettings settings, TargetStore store) {
        this.lm = lm;
        this.parameters = parameters;
        this.settings = settings;
        this.search = TargetSearch.lean(lm, parameters, contexts, settings.memory());
        this.keys = new TargetKeys(lm.digest(), parameters, contexts);
        this.store = store;
        this.priors = priors;
    }

    @Override
    public LiveSet emptyLiveSet() {
        SortedMap<Integer, AssociativeMemory> memories = new TreeMap<>();
        for (int block : parameters.layers()) {
            memories.put(block, AssociativeMemory.empty(priors.prior(block), lm.config().keyWidth(), lm.config().width()));
        }
        return LiveSet.empty(memories);
    }

    @Override
    public SortedMap<String, EditedTensor> baseWeights() {
        return EditedTensors.base(lm, parameters.layers());
    }

    @Override
    public String tensorName(int block) {
        return lm.tensorName(block);
    }

    @Override
    public EditResult edit(
            LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        requireDistinct(in);
        SortedMap<Integer, EditedTensor> tensors = byBlock(current);
        live.requireLive(out);
        PhaseClock clock = new PhaseClock();

        // 1. Find targets; facts that have none are rejected and must leave no other trace.
        Found found = clock.time(Phase.TARGETS, () -> targets(live, current, in, out, progress));
        Targets targets = found.targets();
        PairPlan plan = targets.plan();
        if (plan.groups().isEmpty() && plan.leaving().isEmpty()) {
            return new EditResult.Nothing(targets.rejected(), clock.seconds(), found.count());
        }

        // 2. Out in every block, then in, block by block.
        WeightEdit edit = new WeightEdit(live, tensors, clock, progress);
        edit.remove(plan.taken());
        if (!plan.groups().isEmpty()) {
            boolean onBase = live.facts().isEmpty() && current.equals(baseWeights());
            try (SpreadAims aims = new SpreadAims(lm, parameters, targets, onBase, settings.memory())) {
                edit.insert(plan.groups(), aims);
            }
        }
        return edit.edited(targets.in(), plan, targets.rejected(), found.count());
    }

    private record Found(Targets targets, EditResult.TargetCount count) {}

    private Found targets(
            LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        if (settings.anchor() == Anchor.BASE) {
            TargetFinder finder = new TargetFinder(search, keys, store, Overlay.NONE, progress);
            return new Found(Targets.settle(live, in, out, this::shareKey, finder, settings.maxNll()), finder.count());
        }
        // The reference's way has a target for each fact, and so a pair.
        try (Overlay anchor = EditedTensors.overlay(lm, current)) {
            TargetFinder finder = new TargetFinder(search, keys, TargetStore.NONE, anchor, progress);
            return new Found(Targets.settle(live, in, out, (one, other) -> false, finder, settings.maxNll()), finder.count());
        }
    }

    /** A fact that has no rows, and so will be rejected, shares with none. */
    private boolean shareKey(LiveFact one, LiveFact other) {
        try {
            return search.shareKey(EditRequest.of(one.fact()), EditRequest.of(other.fact()));
        } catch (ErrataException e) {
            return false;
        }
    }

    private SortedMap<Integer, EditedTensor> byBlock(Map<String, EditedTensor> tensors) {
        SortedMap<Integer, EditedTensor> byBlock = new TreeMap<>();
        for (int block : parameters.layers()) {
            EditedTensor tensor = tensors.get(lm.tensorName(block));
            if (tensor == null) {
                throw new IllegalArgumentException("tensors: " + tensors.keySet() + " (expected: " + lm.tensorName(block) + " among them)");
            }
            byBlock.put(block, tensor);
        }
        return byBlock;
    }

    private static void requireDistinct(List<LiveFact> in) {
        Set<FactKey> keys = new HashSet<>();
        for (LiveFact fact : in) {
            if (!keys.add(fact.key())) {
                throw new IllegalArgumentException("fact: " + fact.key() + " twice in a batch (expected: once)");
            }
        }
    }

    /** Gives the device's memory back. Live sets of this editor cannot be edited any more. */
    @Override
    public void close() {
        priors.close();
    }
}
