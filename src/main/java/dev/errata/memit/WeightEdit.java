package dev.errata.memit;

import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Pairs;
import dev.errata.delta.TensorChange;
import dev.errata.fact.FactKey;
import dev.errata.memit.Progress.Phase;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.ejml.data.DMatrixRMaj;

/**
 * The change of all edited blocks by one batch, in the course of being made: facts go out in every block before any come in
 * (live-set.md §2), then they come in block by block, each block seeing the ones below it as they are by then (method.md §6).
 *
 * <h2>Thread safety</h2> None.
 */
final class WeightEdit {
    private final PhaseClock clock;
    private final Progress progress;
    private final SortedMap<Integer, BlockEdit> blocks = new TreeMap<>();
    private final Map<Integer, AssociativeMemory> memories = new HashMap<>();
    private final SortedMap<Integer, Pairs.Block> pairs = new TreeMap<>();
    private LiveSet live;
    private List<List<FactKey>> written = List.of();

    /** Where the pairs that come in are taken from. */
    interface Aims {
        /**
         * The pairs of a block.
         *
         * @param weights every edited tensor, by name, with what the edit has changed by now
         */
        Aimed at(int block, SortedMap<String, EditedTensor> weights);
    }

    /**
     * What comes into a block.
     *
     * @param keys (pairs, d_k)
     * @param residuals (pairs, d): what the block is to give for each key beyond what it gives now
     */
    record Aimed(DMatrixRMaj keys, DMatrixRMaj residuals) {}

    /** @param current every edited tensor as it is, by block */
    WeightEdit(LiveSet live, SortedMap<Integer, EditedTensor> current, PhaseClock clock, Progress progress) {
        this.live = live;
        this.clock = clock;
        this.progress = progress;
        current.forEach((block, tensor) -> {
            blocks.put(block, new BlockEdit(tensor));
            memories.put(block, live.memory(block));
            pairs.put(block, new Pairs.Block(tensor.in(), tensor.out(), new double[0], new double[0]));
        });
    }

    /** Takes live facts out. */
    void remove(List<FactKey> facts) {
        int[] rows = live.places(facts);
        if (rows.length == 0) {
            return;
        }
        for (int block : blocks.keySet()) {
            AssociativeMemory.Removal removal = timed(Phase.SOLVE, block, () -> memories.get(block).remove(rows));
            timed(Phase.APPLY, block, () -> blocks.get(block).add(removal.change()));
            memories.put(block, removal.after());
        }
        live = live.without(rows, (block, memory) -> memories.get(block));
    }

    /** Puts groups of facts in, a pair each. */
    void insert(List<KeyGroup> groups, Aims aims) {
        for (int block : blocks.keySet()) {
            Aimed aimed = timed(Phase.KEYS, block, () -> aims.at(block, weights()));
            AssociativeMemory.Insertion insertion =
                    timed(Phase.SOLVE, block, () -> memories.get(block).insert(aimed.keys(), aimed.residuals()));
            timed(Phase.APPLY, block, () -> blocks.get(block).add(insertion.change()));
            memories.put(block, insertion.after());
            pairs.put(block, new Pairs.Block(
                    aimed.keys().numCols, aimed.residuals().numCols, aimed.keys().data, insertion.values().data));
        }
        written = groups.stream().map(KeyGroup::keys).toList();
        live = live.with(groups.stream().map(KeyGroup::facts).toList(), (block, memory) -> memories.get(block));
    }

    private <T> T timed(Phase phase, int block, Supplier<T> work) {
        T result = clock.time(phase, work);
        progress.at(phase, blocks.headMap(block).size() + 1, blocks.size());
        return result;
    }

    /** What it comes to; call it after there was a change. */
    EditResult.Edited edited(
            List<LiveFact> in, PairPlan plan, List<EditResult.Rejected> rejected, EditResult.TargetCount count) {
        return new EditResult.Edited(
                in,
                plan.leaving(),
                plan.rewritten(),
                delta(),
                new Pairs(written, pairs),
                live,
                weights(),
                rejected,
                clock.seconds(),
                count);
    }

    /** In the order of tensor names, which need not be that of blocks. */
    private Delta delta() {
        return new Delta(blocks.values().stream()
                .map(BlockEdit::encoded)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(TensorChange::tensor))
                .toList());
    }

    private SortedMap<String, EditedTensor> weights() {
        SortedMap<String, EditedTensor> weights = new TreeMap<>();
        blocks.values().forEach(block -> weights.put(block.after().name(), block.after()));
        return weights;
    }
}
