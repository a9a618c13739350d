package dev.errata.memit;

import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;

/**
 * The edits of another editor's model with keys and residuals that are drawn, from the texts of facts, where that one would ask the model
 * for them.
 *
 * <p>Weights, covariance, plan, solver, deltas and live set are the model's own and cost what they cost, so that a log of its true size is
 * made in minutes. What the model says after such an edit is of no use.
 *
 * <h2>Thread safety</h2> As the other's.
 */
public final class DrawnEditor extends ForwardingEditor {
    private static final double RESIDUAL = 0.01;

    public DrawnEditor(BatchEditor editor) {
        super(editor);
    }

    @Override
    public EditResult edit(LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
        live.requireLive(out);
        PairPlan plan = PairPlan.of(live, in, out, (one, other) -> false);
        SortedMap<Integer, EditedTensor> tensors = new TreeMap<>();
        live.blocks().forEach(block -> tensors.put(block, current.get(tensorName(block))));
        WeightEdit edit = new WeightEdit(live, tensors, new PhaseClock(), progress);
        edit.remove(plan.taken());
        if (!plan.groups().isEmpty()) {
            edit.insert(plan.groups(), (block, weights) -> drawn(block, plan.groups(), weights.get(tensorName(block))));
        }
        return edit.edited(in, plan, List.of(), new EditResult.TargetCount(0, in.size()));
    }

    private static WeightEdit.Aimed drawn(int block, List<KeyGroup> groups, EditedTensor tensor) {
        DMatrixRMaj keys = new DMatrixRMaj(groups.size(), tensor.in());
        DMatrixRMaj residuals = new DMatrixRMaj(groups.size(), tensor.out());
        for (int i = 0; i < groups.size(); i++) {
            LiveFact fact = groups.get(i).facts().get(0);
            draw("key " + block + fact.key(), 1, keys, i);
            draw("residual " + block + fact.key() + fact.fact().object(), RESIDUAL, residuals, i);
        }
        return new WeightEdit.Aimed(keys, residuals);
    }

    private static void draw(String text, double scale, DMatrixRMaj matrix, int row) {
        Random random = new Random(Long.parseUnsignedLong(
                Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16), 16));
        for (int i = 0; i < matrix.numCols; i++) {
            matrix.set(row, i, scale * random.nextGaussian());
        }
    }
}
