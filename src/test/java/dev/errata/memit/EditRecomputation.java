package dev.errata.memit;

import ai.djl.ndarray.NDManager;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.LowRank;
import dev.errata.delta.Pairs;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.FactRows.Row;
import dev.errata.memit.TargetResult.Found;
import dev.errata.memit.TargetResult.Step;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Edits a batch as the product does and spells out everything that the reference's recordings name, with their names and in their
 * orientation: columns are facts.
 *
 * <p>What happens inside an edit is taken from what it publishes (encoded factors, pairs, weights) rather than from within, so the
 * comparison covers the encoding too.
 */
public final class EditRecomputation implements AutoCloseable {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final Contexts contexts;
    private final Priors priors;
    private final Map<Anchor, Editor> editors = new HashMap<>();

    /** A tensor, row-major. */
    public record Tensor(long[] shape, double[] values) {}

    /** A model between two batches. */
    public record Model(LiveSet live, SortedMap<String, EditedTensor> weights) {}

    /** Token rows of one fact: prompts in the order of contexts, then the essence row. */
    public record Rows(long[] object, List<long[]> ids, int[] subjects) {
        private static Rows of(FactRows rows) {
            List<Row> all = rows.all();
            long[] object = rows.claims().get(0).object();
            return new Rows(object, all.stream().map(Row::ids).toList(), all.stream().mapToInt(Row::subject).toArray());
        }
    }

    /** All that came of a batch. */
    public record Batch(Map<String, Tensor> tensors, List<Rows> rows, List<List<Step>> steps, Model after) {}

    public EditRecomputation(CausalLm lm, HyperParameters parameters, Contexts contexts, Covariance covariance) {
        this.lm = lm;
        this.parameters = parameters;
        this.contexts = contexts;
        this.priors = new Priors(lm, parameters, covariance);
        for (Anchor anchor : Anchor.values()) {
            // Random models never come to believe anything: no bound on the final NLL.
            editors.put(anchor, new Editor(lm, parameters, contexts, covariance,
                    new EditorSettings(Double.MAX_VALUE, EditorSettings.MEMORY, anchor)));
        }
    }

    public Model base() {
        return new Model(forgetful(), editors.get(Anchor.BASE).baseWeights());
    }

    /** A live set without facts: an edit with it preserves no earlier one. */
    public LiveSet forgetful() {
        return editors.get(Anchor.BASE).emptyLiveSet();
    }

    public Batch edit(Model before, List<LiveFact> facts, Anchor anchor) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<Rows> rows = new ArrayList<>();
        List<Found> found;
        try (Overlay overlay = anchor == Anchor.BASE ? Overlay.NONE : EditedTensors.overlay(lm, before.weights())) {
            found = search(facts, overlay, tensors);
            for (int i = 0; i < facts.size(); i++) {
                EditRequest request = EditRequest.of(facts.get(i).fact());
                rows.add(rows(i, FactRows.of(request, contexts, lm.tokenizer(), lm.config().positions()), overlay, tensors));
            }
        }
        DMatrixRMaj z = columns(found.stream().map(Found::target).toList());
        tensors.put("z", tensor(z));
        tensors.put("target_init", tensor(columns(found.stream().map(Found::initial).toList())));
        var edited = (EditResult.Edited) editors.get(anchor).edit(before.live(), before.weights(), facts, List.of(), Progress.NONE);
        for (int i = 0; i < parameters.layers().size(); i++) {
            layer(parameters.layers().get(i), parameters.layers().size() - i, z, before, edited, tensors);
        }
        return new Batch(tensors, rows, found.stream().map(Found::trace).toList(), new Model(edited.live(), edited.weights()));
    }

    /** The token rows of a request. */
    public static Rows rows(CausalLm lm, Contexts contexts, EditRequest request) {
        return Rows.of(FactRows.of(request, contexts, lm.tokenizer(), lm.config().positions()));
    }

    /** Keys of some requests in a block, (requests, d_k), read in one batch. */
    public static Tensor keys(CausalLm lm, Contexts contexts, List<EditRequest> requests, int block) {
        List<FactRows> rows = requests.stream()
                .map(request -> FactRows.of(request, contexts, lm.tokenizer(), lm.config().positions()))
                .toList();
        try (KeyReader reader = new KeyReader(lm, rows, block, 0)) {
            return tensor(reader.read(block, Overlay.NONE).keys());
        }
    }

    /** A covariance whose means were recorded. */
    public static Covariance recorded(Map<Integer, double[]> means, long tokens) {
        Map<Integer, Covariance.Moment> moments = new TreeMap<>();
        means.forEach((block, mean) -> moments.put(block, Covariance.Moment.of(mean)));
        return new Covariance(new Covariance.Source("recorded", "recorded", "all"), tokens, Double.NaN, moments);
    }

    /** The mean of a block's second moment over a text, under edited weights of other blocks (whole tensors in the model's layout). */
    public static Tensor mean(CausalLm lm, Map<Integer, float[]> edited, Path text, int block) {
        try (Overlay overlay = Overlay.of(lm, edited)) {
            Covariance covariance = Covariance.compute(lm, overlay, text, OptionalLong.empty(), List.of(block), tokens -> {});
            int width = lm.config().keyWidth();
            return new Tensor(new long[] {width, width}, covariance.mean(block));
        }
    }

    /**
     * The solve alone, with recorded inputs, names as in the recordings.
     *
     * @param weighted λC, (d_k, d_k)
     * @param earlier keys that are preserved beside it, columns; none if it has no columns
     * @param keys (d_k, n)
     * @param residuals (d, n)
     */
    public static Map<String, Tensor> solve(DMatrixRMaj weighted, DMatrixRMaj earlier, DMatrixRMaj keys, DMatrixRMaj residuals) {
        Prior prior = MatrixPrior.of(weighted);
        AssociativeMemory memory = AssociativeMemory.empty(prior, keys.numRows, residuals.numRows);
        if (earlier.numCols > 0) {
            memory = memory.with(CommonOps_DDRM.transpose(earlier, null), new DMatrixRMaj(earlier.numCols, residuals.numRows));
        }
        Factors factors =
                (Factors) memory.insert(CommonOps_DDRM.transpose(keys, null), CommonOps_DDRM.transpose(residuals, null)).change();
        return Map.of(
                "G_hat", tensor(CommonOps_DDRM.transpose(factors.a(), null)),
                "B_hat", tensor(CommonOps_DDRM.transpose(factors.b(), null)),
                "U", tensor(CommonOps_DDRM.multTransA(factors.b(), factors.a(), null)));
    }

    /** Logits of a prompt alone, (tokens, vocabulary). */
    public Tensor logits(String prompt, Model model) {
        TokenRows rows = TokenRows.of(lm.tokenizer().encode(prompt).ids());
        try (Overlay overlay = EditedTensors.overlay(lm, model.weights()); NDManager manager = lm.manager().newSubManager()) {
            return tensor(lm.logits(rows, overlay, manager).toFloatArray(), rows.width(), lm.config().vocabulary());
        }
    }

    private List<Found> search(List<LiveFact> facts, Overlay overlay, Map<String, Tensor> tensors) {
        Map<Integer, List<float[]>> gradients = new HashMap<>();
        TargetListener listener = new TargetListener() {
            @Override
            public void updating(int fact, float[] gradient) {
                gradients.computeIfAbsent(fact, any -> new ArrayList<>()).add(gradient.clone());
            }
        };
        List<EditRequest> requests = facts.stream().map(fact -> EditRequest.of(fact.fact())).toList();
        TargetSearch search = TargetSearch.lean(lm, parameters, contexts, 1L << 30);
        List<Found> found = search.search(requests, overlay, listener).stream().map(Found.class::cast).toList();
        int width = lm.config().width();
        for (int i = 0; i < found.size(); i++) {
            float[] delta = found.get(i).target();
            float[] initial = found.get(i).initial();
            for (int j = 0; j < delta.length; j++) {
                delta[j] -= initial[j];
            }
            tensors.put("request." + i + ".delta", tensor(delta, width));
            List<float[]> updates = gradients.getOrDefault(i, List.of());
            DMatrixRMaj byUpdate = CommonOps_DDRM.transpose(columns(updates), null);
            tensors.put("request." + i + ".gradients", new Tensor(new long[] {updates.size(), width}, byUpdate.data));
        }
        return found;
    }

    private Rows rows(int request, FactRows rows, Overlay overlay, Map<String, Tensor> tensors) {
        List<Row> all = rows.all();
        TokenRows padded = TokenRows.of(all.stream().map(Row::ids).toList(), lm.tokenizer().padId());
        int width = padded.width();
        double[] ids = new double[all.size() * width];
        double[] mask = new double[ids.length];
        double[] labels = new double[Contexts.COUNT * width];
        Arrays.fill(labels, -100);
        for (int row = 0; row < all.size(); row++) {
            for (int position = 0; position < width; position++) {
                ids[row * width + position] = padded.id(row, position);
                mask[row * width + position] = position < padded.length(row) ? 1 : 0;
            }
        }
        TargetPicks picks = TargetPicks.of(List.of(rows));
        for (int i = 0; i < picks.labels().length; i++) {
            labels[picks.rows()[i] * width + picks.positions()[i]] = picks.labels()[i];
        }
        String name = "request." + request + ".";
        tensors.put(name + "input_ids", new Tensor(new long[] {all.size(), width}, ids));
        tensors.put(name + "attention_mask", new Tensor(new long[] {all.size(), width}, mask));
        tensors.put(name + "labels", new Tensor(new long[] {Contexts.COUNT, width}, labels));
        try (NDManager manager = lm.manager().newSubManager()) {
            TokenRows essence = TokenRows.of(rows.essence().ids());
            var logits = lm.logits(essence, overlay, manager).logSoftmax(-1).get("0, {}", rows.essence().subject());
            tensors.put(name + "kl_log_probs_initial", tensor(logits.toFloatArray(), lm.config().vocabulary()));
        }
        return Rows.of(rows);
    }

    private void layer(int block, int left, DMatrixRMaj z, Model before, EditResult.Edited edited, Map<String, Tensor> tensors) {
        String name = "layer." + block + ".";
        Pairs.Block pairs = edited.pairs().blocks().get(block);
        DMatrixRMaj keys = DMatrixRMaj.wrap(edited.pairs().size(), pairs.keyWidth(), pairs.keys());
        DMatrixRMaj values = DMatrixRMaj.wrap(edited.pairs().size(), pairs.width(), pairs.values());
        DMatrixRMaj residuals = CommonOps_DDRM.subtract(values, before.live().memory(block).recall(keys), null);
        DMatrixRMaj spread = CommonOps_DDRM.transpose(residuals, null);
        tensors.put(name + "K", tensor(CommonOps_DDRM.transpose(keys, null)));
        tensors.put(name + "residual", tensor(spread));
        tensors.put(name + "cur", tensor(CommonOps_DDRM.add(z, -left, spread, null)));

        LowRank change = (LowRank) edited.delta().changes().stream()
                .filter(f -> f.tensor().equals(lm.tensorName(block))).findFirst().orElseThrow();
        DMatrixRMaj b = matrix(change.b(), change.out(), change.rank());
        DMatrixRMaj a = matrix(change.a(), change.rank(), change.in());
        tensors.put(name + "B_hat", tensor(b));
        tensors.put(name + "G_hat", tensor(CommonOps_DDRM.transpose(a, null)));
        tensors.put(name + "U", tensor(CommonOps_DDRM.mult(b, a, null)));
        EditedTensor weight = edited.weights().get(lm.tensorName(block));
        tensors.put(name + "weight", tensor(
                weight.values(), weight.transposed() ? weight.in() : weight.out(), weight.transposed() ? weight.out() : weight.in()));

        DMatrixRMaj start = posterior(block, before.live());
        DMatrixRMaj end = posterior(block, edited.live());
        DMatrixRMaj s = CommonOps_DDRM.multTransB(CommonOps_DDRM.mult(keys, start, null), keys, null);
        CommonOps_DDRM.addEquals(s, CommonOps_DDRM.identity(s.numRows));
        tensors.put(name + "P_before", tensor(start));
        tensors.put(name + "P_after", tensor(end));
        tensors.put(name + "S", tensor(s));
        tensors.put(name + "adjusted_keys", tensor(CommonOps_DDRM.transpose(CommonOps_DDRM.mult(keys, end, null), null)));
    }

    /** P = P₀ − X M⁻¹ Xᵀ: a memory whose values are X recalls X M⁻¹ Xᵀ y. */
    private DMatrixRMaj posterior(int block, LiveSet live) {
        Prior prior = priors.prior(block);
        int width = lm.config().keyWidth();
        DMatrixRMaj identity = CommonOps_DDRM.identity(width);
        DMatrixRMaj p = prior.times(identity);
        DMatrixRMaj keys = live.memory(block).keys();
        if (keys.numRows > 0) {
            CommonOps_DDRM.subtractEquals(p, AssociativeMemory.empty(prior, width, width).with(keys, prior.times(keys)).recall(identity));
        }
        return p;
    }

    private static DMatrixRMaj columns(List<float[]> columns) {
        DMatrixRMaj matrix = new DMatrixRMaj(columns.isEmpty() ? 0 : columns.get(0).length, columns.size());
        for (int j = 0; j < columns.size(); j++) {
            for (int i = 0; i < matrix.numRows; i++) {
                matrix.set(i, j, columns.get(j)[i]);
            }
        }
        return matrix;
    }

    private static DMatrixRMaj matrix(float[] values, int rows, int columns) {
        return DMatrixRMaj.wrap(rows, columns, wide(values));
    }

    private static Tensor tensor(DMatrixRMaj matrix) {
        return new Tensor(new long[] {matrix.numRows, matrix.numCols}, matrix.data);
    }

    private static Tensor tensor(float[] values, long... shape) {
        return new Tensor(shape, wide(values));
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    @Override
    public void close() {
        editors.values().forEach(Editor::close);
        priors.close();
    }
}
