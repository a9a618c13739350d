package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.TensorChange;
import dev.errata.fact.FactKey;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
 * <p>Everything behind keys and targets is what a transformer's edit has too: plan, live set, solver, encoded deltas, canonical
 * application.
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

    /** A fact with this object makes the edit fail unexpectedly. */
    public static final String THROWING = "throwing";

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
        if (in.stream().anyMatch(fact -> fact.fact().object().equals(THROWING))) {
            throw new IllegalStateException("object: " + THROWING + " (expected: one that the engine survives)");
        }
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
        SortedMap<Integer, EditedTensor> tensors = new TreeMap<>();
        BLOCKS.forEach(block -> tensors.put(block, current.get(tensorName(block))));
        WeightEdit edit = new WeightEdit(live, tensors, new PhaseClock(), progress);
        edit.remove(plan.taken());
        if (!plan.groups().isEmpty()) {
            edit.insert(plan.groups(), (block, weights) -> aimed(block, plan.groups(), weights.get(tensorName(block))));
        }
        return edit.edited(taken, plan, rejected, count);
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

    private static WeightEdit.Aimed aimed(int block, List<KeyGroup> groups, EditedTensor tensor) {
        DMatrixRMaj keys = new DMatrixRMaj(groups.size(), KEY_WIDTH);
        DMatrixRMaj residuals = new DMatrixRMaj(groups.size(), WIDTH);
        for (int i = 0; i < groups.size(); i++) {
            double[] key = numbers("key " + block + keyText(groups.get(i).facts().get(0)), KEY_WIDTH);
            double[] target = target(block, groups.get(i));
            System.arraycopy(key, 0, keys.data, i * KEY_WIDTH, KEY_WIDTH);
            for (int j = 0; j < WIDTH; j++) {
                residuals.set(i, j, target[j] - said(tensor, j, key));
            }
        }
        return new WeightEdit.Aimed(keys, residuals);
    }

    private static double said(EditedTensor tensor, int row, double[] key) {
        double sum = 0;
        for (int k = 0; k < KEY_WIDTH; k++) {
            sum += tensor.values()[row * KEY_WIDTH + k] * key[k];
        }
        return sum;
    }
}
