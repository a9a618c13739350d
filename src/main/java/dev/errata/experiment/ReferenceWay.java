package dev.errata.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.EditRequest;
import dev.errata.memit.HyperParameters;
import dev.errata.transformer.Attention;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.States;
import dev.errata.transformer.Tap;
import dev.errata.transformer.TokenRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * MEMIT as the reference does it, on this engine: one target after the other, full forward passes with the head, and for every layer the
 * dense LU solve of {@code (λC + K Kᵀ) A = K} in fp64 (method.md §4 to §6).
 *
 * <p>It is an oracle and a yardstick: written from the description, apart from the product's editor, and without any of the product's
 * savings, but with no waste that the reference does not have either.
 *
 * <h2>Limits</h2> One batch from the base model; d_k² doubles below 2 GiB (d_k up to 16,383); the facts are ones that the product accepts.
 * <h2>Thread safety</h2> One thread.
 */
public final class ReferenceWay {
    /** Rows in a forward pass for keys and states, as in the reference. */
    private static final int ROWS = 128;

    private static final int NO_LAYER = -1;
    private static final double NANOS = 1e9;

    private final CausalLm lm;
    private final HyperParameters parameters;
    private final Contexts contexts;
    private final Covariance covariance;
    private final DenseSolve dense;

    public ReferenceWay(CausalLm lm, HyperParameters parameters, Contexts contexts, Covariance covariance) {
        this.lm = lm;
        this.parameters = parameters;
        this.contexts = contexts;
        this.covariance = covariance;
        this.dense = new DenseSolve();
    }

    /**
     * The targets of some facts.
     *
     * @param z one for each fact, (d)
     * @param forwards passes of all searches together
     */
    public record Targets(List<float[]> z, int forwards, double seconds) {
        /** Passes of one search, on average. */
        public double forwardsPerFact() {
            return (double) forwards / z.size();
        }
    }

    /**
     * What inserting facts gave.
     *
     * @param weights every edited tensor by block, (d, d_k) or (d_k, d) as the model stores it
     * @param keySeconds keys and current state of all layers
     * @param solveSeconds solving and inserting in all layers
     */
    public record Insertion(SortedMap<Integer, float[]> weights, double keySeconds, double solveSeconds) {}

    /** One search after the other. */
    public Targets targets(List<EditRequest> requests) {
        long start = System.nanoTime();
        List<float[]> targets = new ArrayList<>();
        int forwards = 0;
        for (EditRequest request : requests) {
            ReferenceTarget.Found found = ReferenceTarget.search(lm, parameters, contexts, request);
            targets.add(found.z());
            forwards += found.forwards();
        }
        return new Targets(List.copyOf(targets), forwards, seconds(start));
    }

    /** Layer by layer: keys and current state on the weights so far, solve, insert. */
    public Insertion insert(List<EditRequest> requests, List<float[]> targets) {
        SortedMap<Integer, float[]> weights = new TreeMap<>();
        parameters.layers().forEach(layer -> weights.put(layer, lm.tensor(layer)));
        double keySeconds = 0;
        double solveSeconds = 0;
        int left = parameters.layers().size();
        for (int layer : parameters.layers()) {
            try (NDManager step = lm.manager().newSubManager();
                    Overlay overlay = Overlay.of(lm, weights)) {
                long start = System.nanoTime();
                NDArray keys = step.create(keys(requests, layer, overlay), new Shape(requests.size(), lm.config().keyWidth()));
                float[] residuals = residuals(targets, states(requests, overlay), left--);
                keySeconds += seconds(start);
                start = System.nanoTime();
                NDArray residual = step.create(residuals, new Shape(requests.size(), lm.config().width()));
                NDArray update = update(layer, keys, residual);
                add(weights.get(layer), update.toType(DataType.FLOAT32, false));
                solveSeconds += seconds(start);
            }
        }
        return new Insertion(weights, keySeconds, solveSeconds);
    }

    /**
     * The change of a layer (method.md §6, 5 to 8): {@code A = (λC + K Kᵀ)⁻¹ K} by LU, {@code U = R Aᵀ}.
     *
     * @param keys (n, d_k), fp32
     * @param residual (n, d), fp32
     * @return (d, d_k), fp64, attached to the manager of {@code keys}
     */
    NDArray update(int layer, NDArray keys, NDArray residual) {
        NDManager step = keys.getManager();
        int width = lm.config().keyWidth();
        NDArray k = keys.toType(DataType.FLOAT64, false).transpose();
        NDArray system = step.create(covariance.mean(layer), new Shape(width, width))
                .mul(parameters.covarianceWeight())
                .add(k.matMul(k.transpose()));
        NDArray adjusted = dense.solve(system, k);
        return residual.toType(DataType.FLOAT64, false).transpose().matMul(adjusted.transpose());
    }

    /** How long solving and inserting in all layers takes for so many facts; their keys and residuals are random numbers. */
    public double solveSeconds(int facts) {
        long start = System.nanoTime();
        for (int layer : parameters.layers()) {
            try (NDManager step = lm.manager().newSubManager()) {
                NDArray keys = step.randomNormal(new Shape(facts, lm.config().keyWidth()));
                add(lm.tensor(layer), update(layer, keys, step.randomNormal(new Shape(facts, lm.config().width())))
                        .toType(DataType.FLOAT32, false));
            }
        }
        return seconds(start);
    }

    /** Keys of a layer, (n, d_k): all six prompts of every fact through the whole model, ½ and five tenths (method.md §5). */
    private float[] keys(List<EditRequest> requests, int layer, Overlay overlay) {
        List<ReferenceRows.Placed> rows = new ArrayList<>();
        for (EditRequest request : requests) {
            contexts.templates().forEach(context -> rows.add(ReferenceRows.prompt(request, context, lm.tokenizer())));
        }
        int width = lm.config().keyWidth();
        float[] keys = new float[requests.size() * width];
        for (int from = 0; from < rows.size(); from += ROWS) {
            List<ReferenceRows.Placed> some = rows.subList(from, Math.min(rows.size(), from + ROWS));
            float[] each = read(some, layer, overlay).get(layer);
            for (int i = 0; i < each.length; i++) {
                int row = from + i / width;
                keys[row / Contexts.COUNT * width + i % width] += (float) (Contexts.weight(row % Contexts.COUNT) * each[i]);
            }
        }
        return keys;
    }

    /** The state at block L of the plain prompts, (n, d). */
    private float[] states(List<EditRequest> requests, Overlay overlay) {
        int width = lm.config().width();
        float[] states = new float[requests.size() * width];
        for (int from = 0; from < requests.size(); from += ROWS) {
            List<ReferenceRows.Placed> some = requests.subList(from, Math.min(requests.size(), from + ROWS)).stream()
                    .map(request -> ReferenceRows.prompt(request, contexts.templates().get(0), lm.tokenizer()))
                    .toList();
            float[] each = read(some, NO_LAYER, overlay).get(NO_LAYER);
            System.arraycopy(each, 0, states, from * width, each.length);
        }
        return states;
    }

    /**
     * A whole forward pass of some prompts, head and all.
     *
     * @return at the subjects: keys by their layer, or the states at block L by {@link #NO_LAYER}
     */
    private Map<Integer, float[]> read(List<ReferenceRows.Placed> prompts, int layer, Overlay overlay) {
        TokenRows rows = TokenRows.of(prompts.stream().map(ReferenceRows.Placed::ids).toList(), lm.tokenizer().padId());
        int[] subjects = prompts.stream().mapToInt(ReferenceRows.Placed::subject).toArray();
        Map<Integer, float[]> read = new TreeMap<>();
        try (NDManager step = lm.manager().newSubManager()) {
            Tap tap = Tap.only(layer == NO_LAYER ? Set.of() : Set.of(layer), (block, key) ->
                    read.put(block, States.at(key, subjects).toFloatArray()));
            Attention attention = lm.attention(rows, step);
            NDArray middle = lm.blocks(0, parameters.lastLayer() + 1, lm.embed(rows, step), attention, overlay, tap);
            if (layer == NO_LAYER) {
                read.put(NO_LAYER, States.at(middle, subjects).toFloatArray());
            }
            lm.head(lm.blocks(parameters.lastLayer() + 1, lm.config().blocks(), middle, attention, overlay, tap));
        }
        return read;
    }

    private float[] residuals(List<float[]> targets, float[] states, int left) {
        int width = lm.config().width();
        float[] residuals = new float[states.length];
        for (int i = 0; i < states.length; i++) {
            residuals[i] = (targets.get(i / width)[i % width] - states[i]) / left;
        }
        return residuals;
    }

    private void add(float[] weight, NDArray update) {
        float[] change = (lm.transposed() ? update.transpose() : update).toFloatArray();
        for (int i = 0; i < weight.length; i++) {
            weight[i] += change[i];
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / NANOS;
    }
}
