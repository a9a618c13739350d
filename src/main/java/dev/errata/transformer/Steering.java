package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The end of a model as a function of changes to one state in each of many rows: logits, and the gradient back to the changes, again and
 * again at the least cost (lean-targets.md).
 *
 * <p>Whatever a change does not reach is run once. What it does reach is run for all rows together, without padding, and back by
 * derivatives that are written down; only the positions that are read are computed in the block behind which they are read.
 *
 * <h2>Memory</h2> Keys and values of all blocks above the change, and the activations of one step: {@link #bytes}.
 * <h2>Thread safety</h2> None; several of them may run at the same time over one model.
 */
public final class Steering implements AutoCloseable {
    private final CausalLm model;
    private final int from;
    private final boolean alone;
    private final NDManager manager;
    private final List<SteeredBlock> blocks = new ArrayList<>();
    private List<Bundle> bundles = new ArrayList<>();
    private SteeredStages stages;
    private NDManager step;
    private UnaryOperator<NDArray> back;

    private Steering(CausalLm model, int from, List<SteeredRow> rows, Overlay overlay) {
        this.model = model;
        this.from = from;
        this.alone = rows.stream().allMatch(row -> row.until() > from);
        this.manager = model.manager().newSubManager();
        for (Block block : model.transformer().blocks()) {
            blocks.add(SteeredBlock.of(block, overlay, manager));
        }
    }

    /**
     * Runs what changes do not reach.
     *
     * @param from the first block above the change, 1 to the number of blocks
     * @param rows neighbours that are alike are run as one bundle, so they should lie together
     * @param overlay edited tensors, which stand in for the base ones throughout
     */
    public static Steering enter(CausalLm model, int from, List<SteeredRow> rows, SharedPrefixes prefixes, Overlay overlay) {
        Steering steering = new Steering(model, from, rows, overlay);
        try (NDManager inner = steering.manager.newSubManager()) {
            Entering entering = new Entering(model, from, rows, prefixes, overlay, inner);
            Optional<LaterEntry> entry = steering.alone
                    ? Optional.of(new LaterEntry(from, model.transformer().blocks().get(from), overlay))
                    : Optional.empty();
            int first = 0;
            for (int row = 1; row <= rows.size(); row++) {
                if (row == rows.size() || !rows.get(row).alike(rows.get(first))) {
                    steering.bundles.add(entering.bundle(first, row - first, entry, steering.manager.newSubManager()));
                    first = row;
                }
            }
            steering.stage();
            return steering;
        } catch (RuntimeException e) {
            steering.close();
            throw e;
        }
    }

    private void stage() {
        if (stages != null) {
            stages.close();
        }
        stages = new SteeredStages(model, blocks, from, alone, bundles, manager.newSubManager());
    }

    /** The states that are changed, before any change, row after row, (rows, d). */
    public float[] states() {
        return stages.states().toFloatArray();
    }

    /**
     * Runs the model with changed states.
     *
     * @param changes what is added to each row's state, (rows, d)
     * @return logits of the scored positions, row after row, (scored, vocabulary); its manager closes with the next call
     */
    public NDArray logits(float[] changes) {
        endStep();
        step = manager.newSubManager();
        NDArray states = stages.states();
        NDArray changed = step.create(changes, states.getShape()).add(states);
        Traced ends = stages.run(changed);
        Traced normed = model.transformer().norm().traced(ends.value());
        Affine head = model.transformer().head();
        NDArray logits = head.apply(normed.value());
        normed.value().close();
        back = gradient -> {
            try (NDArray inNormed = head.back(gradient);
                    NDArray inEnds = normed.back().apply(inNormed)) {
                return ends.back().apply(inEnds);
            }
        };
        return logits;
    }

    /**
     * The way back of the last {@link #logits}; once for each.
     *
     * @param gradient in the logits, (scored, vocabulary), of the same manager
     * @return in the changes, (rows, d)
     */
    public float[] gradient(NDArray gradient) {
        float[] result = back.apply(gradient).toFloatArray();
        endStep();
        return result;
    }

    /** Goes on with some of the rows, in their order. */
    public void keep(int[] rows) {
        endStep();
        List<Bundle> kept = new ArrayList<>();
        int first = 0;
        int next = 0;
        for (Bundle bundle : bundles) {
            int end = first + bundle.rows();
            int begin = next;
            while (next < rows.length && rows[next] < end) {
                next++;
            }
            if (next - begin == bundle.rows()) {
                kept.add(bundle);
            } else if (next > begin) {
                int[] places = new int[next - begin];
                for (int i = 0; i < places.length; i++) {
                    places[i] = rows[begin + i] - first;
                }
                kept.add(bundle.keep(places));
            } else {
                bundle.close();
            }
            first = end;
        }
        bundles = kept;
        stage();
    }

    private void endStep() {
        if (step != null) {
            step.close();
            step = null;
            back = null;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
