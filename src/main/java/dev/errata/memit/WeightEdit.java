package dev.errata.memit;

import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Pairs;
import dev.errata.delta.TensorChange;
import dev.errata.fact.FactKey;
import dev.errata.memit.Progress.Phase;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The change of all edited blocks by one batch, in the course of being made: facts go out in every block before any come in
 * (live-set.md §2), then they come in block by block, each block seeing the ones below it as they are by then (method.md §6).
 *
 * <h2>Thread safety</h2> None.
 */
final class WeightEdit {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final long memory;
    private final PhaseClock clock;
    private final Progress progress;
    private final SortedMap<Integer, BlockEdit> blocks = new TreeMap<>();
    private final Map<Integer, AssociativeMemory> memories = new HashMap<>();
    private final SortedMap<Integer, Pairs.Block> pairs = new TreeMap<>();
    private LiveSet live;
    private List<List<FactKey>> written = List.of();

    /** @param current every edited tensor as it is, by block */
    WeightEdit(
            CausalLm lm,
            HyperParameters parameters,
            long memory,
            LiveSet live,
            SortedMap<Integer, EditedTensor> current,
            PhaseClock clock,
            Progress progress) {
        this.lm = lm;
        this.parameters = parameters;
        this.memory = memory;
        this.live = live;
        this.clock = clock;
        this.progress = progress;
        for (int block : parameters.layers()) {
            blocks.put(block, new BlockEdit(current.get(block)));
            memories.put(block, live.memory(block));
            pairs.put(block, new Pairs.Block(lm.config().keyWidth(), lm.config().width(), new double[0], new double[0]));
        }
    }

    /** Takes live facts out. */
    void remove(List<FactKey> facts) {
        int[] rows = live.places(facts);
        if (rows.length == 0) {
            return;
        }
        for (int block : parameters.layers()) {
            AssociativeMemory.Removal removal = timed(Phase.SOLVE, block, () -> memories.get(block).remove(rows));
            timed(Phase.APPLY, block, () -> blocks.get(block).add(removal.change()));
            memories.put(block, removal.after());
        }
        live = live.without(rows, (block, memory) -> memories.get(block));
    }

    /** Puts facts in, towards their targets. */
    void insert(Targets targets) {
        if (targets.aims().isEmpty()) {
            return;
        }
        int left = parameters.layers().size();
        DMatrixRMaj states = targets.states();
        try (KeyReader reader = new KeyReader(lm, targets.rows(), parameters.lastLayer(), memory)) {
            for (int block : parameters.layers()) {
                KeysAndState now = timed(Phase.KEYS, block, () -> read(reader, block));
                DMatrixRMaj keys = now.keys().get(block);
                // Spread over the layers that are left, which need not be neighbours (method.md §6.7).
                DMatrixRMaj residuals = CommonOps_DDRM.subtract(states, now.states(), null);
                CommonOps_DDRM.divide(residuals, left--);
                AssociativeMemory.Insertion insertion = timed(Phase.SOLVE, block, () -> memories.get(block).insert(keys, residuals));
                timed(Phase.APPLY, block, () -> blocks.get(block).add(insertion.change()));
                memories.put(block, insertion.after());
                pairs.put(block, new Pairs.Block(keys.numCols, residuals.numCols, keys.data, insertion.values().data));
            }
        }
        List<KeyGroup> groups = targets.plan().groups();
        written = groups.stream().map(KeyGroup::keys).toList();
        live = live.with(groups.stream().map(KeyGroup::facts).toList(), (block, memory) -> memories.get(block));
    }

    private KeysAndState read(KeyReader reader, int block) {
        try (Overlay overlay = EditedTensors.overlay(lm, weights())) {
            return reader.read(List.of(block), overlay);
        }
    }

    private <T> T timed(Phase phase, int block, Supplier<T> work) {
        T result = clock.time(phase, work);
        progress.at(phase, parameters.layers().indexOf(block) + 1, parameters.layers().size());
        return result;
    }

    /** The change in the order of tensor names, which need not be that of blocks; call it after there was one. */
    Delta delta() {
        return new Delta(blocks.values().stream()
                .map(BlockEdit::encoded)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(TensorChange::tensor))
                .toList());
    }

    Pairs pairs() {
        return new Pairs(written, pairs);
    }

    LiveSet live() {
        return live;
    }

    SortedMap<String, EditedTensor> weights() {
        SortedMap<String, EditedTensor> weights = new TreeMap<>();
        blocks.values().forEach(block -> weights.put(block.after().name(), block.after()));
        return weights;
    }
}
