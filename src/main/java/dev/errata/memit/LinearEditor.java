package dev.errata.memit;

import dev.errata.delta.Delta;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Pairs;
import dev.errata.delta.TensorChange;
import dev.errata.fact.FactKey;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * {@link BatchEditor} of a model that is nothing but its edited tensors: a fact's key is a vector that follows from its subject, what
 * the model says for it is W·k, and what it shall say follows from the object.
 *
 * <p>Everything behind keys and targets is what a transformer's edit has too: live set, solver, encoded deltas, canonical application.
 * So a line of versions can be made by the thousand without an engine, as real as its weights are small.
 *
 * <h2>Limits</h2> Fewer than {@value #KEY_WIDTH} live pairs keep it in the heap. <h2>Thread safety</h2> Safe.
 */
public final class LinearEditor implements BatchEditor {
    /** A fact with this object is rejected: the model cannot take it. */
    public static final String UNLEARNABLE = "unlearnable";
    /** A fact with this object makes the change infinite. */
    public static final String INFINITE = "infinite";
    /** A fact with this object makes the change far larger than others do. */
    public static final String HUGE = "huge";

    private static final int KEY_WIDTH = 64;
    private static final int WIDTH = 3;
    private static final List<Integer> BLOCKS = List.of(0, 1);
    private static final double PRIOR = 0.5;
    private static final double HUGE_TIMES = 1e4;
    private static final double INFINITE_TIMES = 1e60;

    private final SortedMap<String, EditedTensor> base;

    /** @param seed of the base's weights */
    public LinearEditor(long seed) {
        Random random = new Random(seed);
        SortedMap<String, EditedTensor> tensors = new TreeMap<>();
        for (int block : BLOCKS) {
            float[] values = new float[WIDTH * KEY_WIDTH];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            String name = tensorName(block);
            tensors.put(name, new EditedTensor(name, false, WIDTH, KEY_WIDTH, values));
        }
        this.base = Collections.unmodifiableSortedMap(tensors);
    }

    /** λC is a multiple of I. */
    private static final class Flat implements Prior {
        @Override
        public DMatrixRMaj times(DMatrixRMaj rows) {
            DMatrixRMaj image = rows.copy();
            CommonOps_DDRM.scale(1 / PRIOR, image);
            return image;
        }

        @Override
        public DMatrixRMaj weighted() {
            DMatrixRMaj weighted = CommonOps_DDRM.identity(KEY_WIDTH);
            CommonOps_DDRM.scale(PRIOR, weighted);
            return weighted;
        }
    }

    @Override
    public LiveSet emptyLiveSet() {
        SortedMap<Integer, AssociativeMemory> memories = new TreeMap<>();
        BLOCKS.forEach(block -> memories.put(block, AssociativeMemory.empty(new Flat(), KEY_WIDTH, WIDTH)));
        return LiveSet.empty(memories);
    }

    @Override
    public SortedMap<String, EditedTensor> baseWeights() {
        return base;
    }

    @Override
    public String tensorName(int block) {
        return "block." + block + TensorChange.WEIGHT;
    }

    @Override
    public EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        live.requireLive(out);
        List<Rejected> rejected = in.stream()
                .filter(fact -> fact.fact().object().equals(UNLEARNABLE))
                .map(fact -> new Rejected(
                        fact, Failure.TARGET_NOT_CONVERGED, "object: " + UNLEARNABLE + " (expected: one that can be learned)"))
                .toList();
        List<LiveFact> taken = in.stream().filter(fact -> !fact.fact().object().equals(UNLEARNABLE)).toList();
        PairPlan plan = PairPlan.of(live, taken, out, LinearEditor::shareKey);
        EditResult.TargetCount count = new EditResult.TargetCount(0, in.size());
        if (plan.groups().isEmpty() && plan.leaving().isEmpty()) {
            return new EditResult.Nothing(rejected, new TreeMap<>(), count);
        }
        return new Change(live, current, plan).edited(taken, rejected, count);
    }

    /** The relations "a" and "b" of a subject have one key, every other one has its own. */
    private static boolean shareKey(LiveFact one, LiveFact other) {
        return keyText(one).equals(keyText(other));
    }

    private static String keyText(LiveFact fact) {
        String relation = fact.key().relation();
        return fact.key().subject() + "/" + (relation.equals("b") ? "a" : relation);
    }

    /** Numbers that follow from a text. */
    private static double[] numbers(String text, int count) {
        long seed = Long.parseUnsignedLong(Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16), 16);
        return new Random(seed).doubles(count, -1, 1).toArray();
    }

    /** What the facts of a key shall make the model say, together. */
    private static double[] target(int block, KeyGroup group) {
        TreeSet<String> objects = group.facts().stream().map(fact -> fact.fact().object()).collect(Collectors.toCollection(TreeSet::new));
        double[] target = numbers("target " + block + objects, WIDTH);
        double times = objects.contains(INFINITE) ? INFINITE_TIMES : objects.contains(HUGE) ? HUGE_TIMES : 1;
        for (int i = 0; i < WIDTH; i++) {
            target[i] *= times;
        }
        return target;
    }

    /** One edit in the course of being made; the same steps as a transformer's. */
    private final class Change {
        private final PairPlan plan;
        private final SortedMap<Integer, BlockEdit> blocks = new TreeMap<>();
        private final SortedMap<Integer, AssociativeMemory> memories = new TreeMap<>();
        private final SortedMap<Integer, Pairs.Block> pairs = new TreeMap<>();
        private LiveSet live;

        Change(LiveSet live, Map<String, EditedTensor> current, PairPlan plan) {
            this.plan = plan;
            this.live = live;
            for (int block : BLOCKS) {
                blocks.put(block, new BlockEdit(current.get(tensorName(block))));
                memories.put(block, live.memory(block));
                pairs.put(block, new Pairs.Block(KEY_WIDTH, WIDTH, new double[0], new double[0]));
            }
            remove(live.places(plan.taken()));
            if (!plan.groups().isEmpty()) {
                insert();
            }
        }

        private void remove(int... rows) {
            if (rows.length == 0) {
                return;
            }
            for (int block : BLOCKS) {
                AssociativeMemory.Removal removal = memories.get(block).remove(rows);
                blocks.get(block).add(removal.change());
                memories.put(block, removal.after());
            }
            live = live.without(rows, (block, memory) -> memories.get(block));
        }

        private void insert() {
            List<KeyGroup> groups = plan.groups();
            for (int block : BLOCKS) {
                DMatrixRMaj keys = new DMatrixRMaj(groups.size(), KEY_WIDTH);
                DMatrixRMaj residuals = new DMatrixRMaj(groups.size(), WIDTH);
                for (int i = 0; i < groups.size(); i++) {
                    double[] key = numbers("key " + block + keyText(groups.get(i).facts().get(0)), KEY_WIDTH);
                    double[] target = target(block, groups.get(i));
                    System.arraycopy(key, 0, keys.data, i * KEY_WIDTH, KEY_WIDTH);
                    for (int j = 0; j < WIDTH; j++) {
                        residuals.set(i, j, target[j] - said(blocks.get(block).after(), j, key));
                    }
                }
                AssociativeMemory.Insertion insertion = memories.get(block).insert(keys, residuals);
                blocks.get(block).add(insertion.change());
                memories.put(block, insertion.after());
                pairs.put(block, new Pairs.Block(KEY_WIDTH, WIDTH, keys.data, insertion.values().data));
            }
            live = live.with(groups.stream().map(KeyGroup::facts).toList(), (block, memory) -> memories.get(block));
        }

        private static double said(EditedTensor tensor, int row, double[] key) {
            double sum = 0;
            for (int k = 0; k < KEY_WIDTH; k++) {
                sum += tensor.values()[row * KEY_WIDTH + k] * key[k];
            }
            return sum;
        }

        EditResult edited(List<LiveFact> in, List<Rejected> rejected, EditResult.TargetCount count) {
            List<TensorChange> changes = blocks.values().stream()
                    .map(BlockEdit::encoded)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparing(TensorChange::tensor))
                    .toList();
            SortedMap<String, EditedTensor> weights = new TreeMap<>();
            blocks.values().forEach(block -> weights.put(block.after().name(), block.after()));
            List<List<FactKey>> written = new ArrayList<>();
            plan.groups().forEach(group -> written.add(group.keys()));
            return new EditResult.Edited(
                    in, plan.leaving(), plan.rewritten(), new Delta(changes), new Pairs(written, pairs), live, weights, rejected,
                    new TreeMap<>(), count);
        }
    }
}
