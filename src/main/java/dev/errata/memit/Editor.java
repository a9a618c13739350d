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
 * <h2>Limits</h2> One batch takes the memory of {@link EditorSettings#groupSize} facts on the device, and of all its keys in the heap.
 * <h2>Thread safety</h2> Edits may be made from any thread; their target searches take turns.
 */
public final class Editor implements AutoCloseable {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final EditorSettings settings;
    private final TargetSearch search;
    private final Priors priors;

    /**
     * Inverts the covariance, which takes a while for a large model.
     *
     * @throws ErrataException HYPER_PARAMETERS_INVALID when the model lacks a layer, COVARIANCE_MISMATCH when the covariance does,
     *     COVARIANCE_SINGULAR when it cannot be inverted
     */
    public Editor(CausalLm lm, HyperParameters parameters, Contexts contexts, Covariance covariance, EditorSettings settings) {
        this(lm, parameters, contexts, new Priors(lm, parameters, covariance), settings);
    }

    /** With inverses that are there; it closes them with itself. */
    public Editor(CausalLm lm, HyperParameters parameters, Contexts contexts, Priors priors, EditorSettings settings) {
        this.lm = lm;
        this.parameters = parameters;
        this.settings = settings;
        this.search = new TargetSearch(lm, parameters, contexts, settings.groupSize());
        this.priors = priors;
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
        Targets targets = clock.time(Phase.TARGETS, () -> targets(current, in, progress));
        List<FactKey> leaving = leaving(live, out, targets);
        if (targets.facts().isEmpty() && leaving.isEmpty()) {
            return new EditResult.Nothing(targets.rejected(), clock.seconds());
        }

        // 2. Out in every block, then in, block by block.
        WeightEdit edit = new WeightEdit(lm, parameters, settings.groupSize(), live, tensors, clock, progress);
        edit.remove(leaving);
        edit.insert(targets);

        return new EditResult.Edited(
                targets.facts(), leaving, edit.delta(), edit.pairs(), edit.live(), edit.weights(), targets.rejected(), clock.seconds());
    }

    private Targets targets(Map<String, EditedTensor> current, List<LiveFact> in, Progress progress) {
        try (Overlay anchor = settings.anchor() == Anchor.BASE ? Overlay.NONE : EditedTensors.overlay(lm, current)) {
            return Targets.find(search, settings.maxNll(), in, anchor, progress);
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
