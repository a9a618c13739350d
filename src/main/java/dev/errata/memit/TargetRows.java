package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.errata.memit.FactRows.Row;
import dev.errata.transformer.Attention;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Factor;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.States;
import dev.errata.transformer.Tap;
import dev.errata.transformer.TokenRows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The rows of n facts on the device, with everything that does not change while δ does, and the loss as a function of δ.
 *
 * <p>For each target there are six prompts for each of its facts and then an essence row.
 *
 * <h2>Thread safety</h2> None.
 */
final class TargetRows implements AutoCloseable {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final List<FactRows> facts;
    private final TokenRows tokens;
    private final NDManager manager;
    private final Attention attention;
    private final NDArray owners;
    private final NDArray subjects;
    private final int[] starts;
    private final TargetPicks picks;
    private final NDArray labels;
    private final NDArray shares;
    private NDArray entering;
    private NDArray first;

    /**
     * Losses of n facts without their norm terms, in nats.
     *
     * @param nll −log p of every scored token, in the order of facts, contexts and tokens
     * @param kl divergence times its factor, (n)
     * @param total the sum of all facts' losses, a scalar
     */
    record Losses(NDArray nll, NDArray kl, NDArray total) {}

    private TargetRows(CausalLm lm, HyperParameters parameters, List<FactRows> facts, NDManager parent) {
        this.lm = lm;
        this.parameters = parameters;
        this.facts = facts;
        List<Row> rows = facts.stream().flatMap(fact -> fact.all().stream()).toList();
        tokens = TokenRows.of(rows.stream().map(Row::ids).toList(), lm.tokenizer().padId());
        manager = parent.newSubManager();
        attention = lm.attention(tokens, manager);
        starts = starts(facts);
        owners = manager.create(owners(), new Shape(rows.size(), facts.size()));
        subjects = manager.create(subjects(rows), new Shape(rows.size(), tokens.width(), 1));
        picks = TargetPicks.of(facts);
        labels = manager.create(picks.labels()).expandDims(1);
        shares = manager.create(picks.shares());
    }

    /** Runs blocks 0 … L, which δ does not reach. */
    static TargetRows enter(CausalLm lm, HyperParameters parameters, List<FactRows> facts, Overlay anchor, NDManager parent) {
        TargetRows rows = new TargetRows(lm, parameters, facts, parent);
        try (NDArray embedded = lm.embed(rows.tokens, rows.manager)) {
            rows.entering = lm.blocks(0, parameters.lastLayer() + 1, embedded, rows.attention, anchor, Tap.NONE);
        }
        return rows;
    }

    /** The state at block L and the subject's last token of each fact's plain prompt, (n, d). */
    float[] initial() {
        int[] plain = new int[facts.size()];
        int[] positions = new int[facts.size()];
        for (int fact = 0; fact < plain.length; fact++) {
            plain[fact] = starts[fact];
            positions[fact] = facts.get(fact).keyRows().get(0).subject();
        }
        try (NDArray states = States.at(entering, plain, positions)) {
            return states.toFloatArray();
        }
    }

    /** The same for some of the facts, named by their places here; these rows are closed. */
    TargetRows keep(int[] places) {
        TargetRows kept = new TargetRows(lm, parameters, Arrays.stream(places).mapToObj(facts::get).toList(), manager.getParentManager());
        long[] rows = Arrays.stream(places).asLongStream()
                .flatMap(place -> LongStream.range(starts[(int) place], starts[(int) place + 1])).toArray();
        NDArray picked = entering.get(manager.create(rows));
        kept.entering = picked.get(new NDIndex(":, :{}", kept.tokens.width())).duplicate();
        kept.entering.attach(kept.manager);
        kept.first = first.get(manager.create(places));
        kept.first.attach(kept.manager);
        close();
        return kept;
    }

    /**
     * The loss of every fact when δ is added to its rows at the subject's last token (method.md §4.2, §4.3). The likelihood is read behind
     * the scored layer; the divergence always behind the last block, where the model's own distribution is.
     *
     * @param delta (n, d); results attach to its manager, which must stay open as long as a gradient may be asked for
     */
    Losses losses(NDArray delta, Overlay anchor) {
        NDArray added = subjects.mul(owners.matMul(delta).expandDims(1));
        added.attach(delta.getManager());
        int scored = parameters.scoredLayer() + 1;
        NDArray hidden = lm.blocks(parameters.lastLayer() + 1, scored, added.add(entering), attention, anchor, Tap.NONE);
        NDArray log = lm.head(States.at(hidden, picks.rows(), picks.positions())).logSoftmax(-1);
        NDArray nll = log.gather(labels, 1).squeeze(1).neg();

        NDArray essences = hidden.get(delta.getManager().create(picks.essenceRows()));
        NDArray last = lm.blocks(scored, lm.config().blocks(), essences, attention, anchor, Tap.NONE);
        NDArray essence = lm.head(States.at(last, picks.essenceSubjects())).logSoftmax(-1);
        if (first == null) {
            // The first pass is made with δ = 0: what the subject was before.
            first = essence.stopGradient();
            first.attach(manager);
        }
        NDArray kl = Factor.times(essence.exp().mul(essence.sub(first)).sum(new int[] {1}), parameters.klFactor());
        return new Losses(nll, kl, nll.mul(shares).sum().add(kl.sum()));
    }

    /** The first row of each target, and the one behind the last. */
    private static int[] starts(List<FactRows> facts) {
        int[] starts = new int[facts.size() + 1];
        for (int fact = 0; fact < facts.size(); fact++) {
            starts[fact + 1] = starts[fact] + facts.get(fact).all().size();
        }
        return starts;
    }

    /** 1 where a row is of a target. */
    private float[] owners() {
        float[] owners = new float[starts[facts.size()] * facts.size()];
        for (int fact = 0; fact < facts.size(); fact++) {
            for (int row = starts[fact]; row < starts[fact + 1]; row++) {
                owners[row * facts.size() + fact] = 1;
            }
        }
        return owners;
    }

    /** 1 at the subject's last token of every row. */
    private float[] subjects(List<Row> rows) {
        float[] subjects = new float[rows.size() * tokens.width()];
        for (int row = 0; row < rows.size(); row++) {
            subjects[row * tokens.width() + rows.get(row).subject()] = 1;
        }
        return subjects;
    }

    @Override
    public void close() {
        manager.close();
    }
}
