package dev.errata.memit;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.Progress.Phase;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Turns a batch of facts into a change of weights: MEMIT with a live set.
 *
 * <p>It computes and decides nothing else: it commits nothing, keeps no state between edits, and an edit that fails leaves everything as
 * it was. What it is given and what it gives back are values.
 *
 * <h2>Limits</h2> A search takes {@link EditorSettings#memory} bytes on the device, and of all its keys in the heap.
 * <h2>Thread safety</h2> Edits may be made from any thread.
 */
public final class Editor implements AutoCloseable {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final EditorSettings settings;
    private final TargetFinder targets;
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

    /**
     * The same with a place where targets of the base model are kept; this model, these contexts and these parameters are part of the
     * keys, so it may be shared with others. The store is the caller's to close.
     */
    public Editor(
            CausalLm lm,
            HyperParameters parameters,
            Contexts contexts,
            Covariance covariance,
            EditorSettings settings,
            TargetStore store) {
        this.lm = lm;
        this.parameters = parameters;
        this.settings = settings;
        this.targets = new TargetFinder(
                TargetSearch.lean(lm, parameters, contexts, settings.memory()),
                new TargetKeys(lm.digest(), parameters, contexts),
                store,
                settings.maxNll());
        this.priors = new Priors(lm, parameters, covariance);
    }

    /** The live set of the base model. */
    public LiveSet emptyLiveSet() {
        SortedMap<Integer, AssociativeMemory> memories = new TreeMap<>();
        for (int block : parameters.layers()) {
            memories.put(block, AssociativeMemory.empty(priors.prior(block), lm.config().keyWidth(), lm.config().width()));
        }
        return LiveSet.empty(memories);
    }

    /** The edited tensors of the base model, by name. */
    public SortedMap<String, EditedTensor> baseWeights() {
        return EditedTensors.base(lm, parameters.layers());
    }

    /**
     * Edits the model.
     *
     * @param live the live set of the version that {@code current} belongs to
     * @param current every edited tensor as it is, by name
     * @param in facts to write, no two with one key; a live fact with the same key is taken out first
     * @param out live facts to take out, replaced or retracted
     * @throws ErrataException FACT_NOT_LIVE when a fact of {@code out} is not live; EDIT_NOT_FINITE when the change would not be finite
     */
    public EditResult edit(
            LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        requireDistinct(in);
        SortedMap<Integer, EditedTensor> tensors = byBlock(current);
        live.requireLive(out);
        PhaseClock clock = new PhaseClock();

        // 1. Find targets; facts that have none are rejected and must leave no other trace.
        Targets found = clock.time(Phase.TARGETS, () -> targets(current, in, progress));
        List<FactKey> leaving = leaving(live, out, found);
        if (found.facts().isEmpty() && leaving.isEmpty()) {
            return new EditResult.Nothing(found.rejected(), clock.seconds(), found.count());
        }

        // 2. Out in every block, then in, block by block.
        WeightEdit edit = new WeightEdit(lm, parameters, EditorSettings.KEYS_TOGETHER, live, tensors, clock, progress);
        edit.remove(leaving);
        edit.insert(found);

        return new EditResult.Edited(
                found.facts(),
                leaving,
                edit.delta(),
                edit.pairs(),
                edit.live(),
                edit.weights(),
                found.rejected(),
                clock.seconds(),
                found.count());
    }

    /**
     * All live facts at once, from the base model, towards their kept targets: the same weights as one batch of these facts, and what a
     * stream of edits is measured against. It costs keys and solve, and a search for each target that is not kept any more.
     *
     * <p>A fact that is rejected here, because limits have changed since it was written, is not in the result; whoever puts the result in
     * the place of the stream decides about it.
     *
     * @param facts the live facts, in the order in which they were written; no two with one key
     */
    public EditResult rebase(List<LiveFact> facts, Progress progress) {
        return edit(emptyLiveSet(), baseWeights(), facts, List.of(), progress);
    }

    private Targets targets(Map<String, EditedTensor> current, List<LiveFact> in, Progress progress) {
        if (settings.anchor() == Anchor.BASE) {
            return targets.onBase(in, progress);
        }
        try (Overlay anchor = EditedTensors.overlay(lm, current)) {
            return targets.on(anchor, in, progress);
        }
    }

    /** What was asked for, and what accepted facts replace; but not what a rejected fact was to replace. */
    private static List<FactKey> leaving(LiveSet live, List<FactKey> out, Targets targets) {
        Set<FactKey> leaving = new LinkedHashSet<>(out);
        targets.rejected().forEach(rejected -> leaving.remove(rejected.fact().key()));
        targets.facts().stream().map(LiveFact::key).filter(live::holds).forEach(leaving::add);
        return new ArrayList<>(leaving);
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
