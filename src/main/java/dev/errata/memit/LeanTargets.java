package dev.errata.memit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.errata.memit.FactRows.Claim;
import dev.errata.memit.FactRows.Row;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.SharedPrefixes;
import dev.errata.transformer.SteeredRow;
import dev.errata.transformer.Steering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The loss and its gradient at the least cost (lean-targets.md): what δ does not reach is run once, what is not read is not run, and the
 * way back is written down.
 *
 * <p>It may hold some of the facts' rows only; the sums of several such parts are the whole.
 *
 * <h2>Thread safety</h2> None; several of them may run at the same time.
 */
final class LeanTargets implements TargetObjective {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final Part part;
    private final NDManager manager;
    private final Steering steering;
    private List<FactRows> facts;
    private LeanPicks picks;
    private NDArray first;
    private NDArray log;

    /**
     * Which of each fact's rows.
     *
     * @param from the first context
     * @param to the one behind the last
     * @param essence whether the essence row is among them
     */
    record Part(int from, int to, boolean essence) {
        static final Part WHOLE = new Part(0, Contexts.COUNT, true);

        /** All rows in about equal parts, as many as there are threads, but no more than there are contexts. */
        static List<Part> shares(int threads) {
            int count = Math.min(threads, Contexts.COUNT);
            List<Part> shares = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                shares.add(new Part(i * Contexts.COUNT / count, (i + 1) * Contexts.COUNT / count, i == count - 1));
            }
            return shares;
        }
    }

    /** @param facts in an order that brings those together whose rows are alike ({@link TargetShape}) */
    LeanTargets(
            CausalLm lm, HyperParameters parameters, List<FactRows> facts, Part part, SharedTexts texts, Overlay anchor) {
        this.lm = lm;
        this.parameters = parameters;
        this.part = part;
        this.facts = List.copyOf(facts);
        this.manager = lm.manager().newSubManager();
        List<SteeredRow> rows = new ArrayList<>();
        for (FactRows fact : facts) {
            for (Claim claim : fact.claims()) {
                for (int context = part.from; context < part.to; context++) {
                    Row row = claim.prompts().get(context);
                    rows.add(new SteeredRow(row.ids(), row.subject(), claim.object().length, parameters.scoredLayer(), texts.of(context)));
                }
            }
        }
        if (part.essence) {
            for (FactRows fact : facts) {
                Row row = fact.essence();
                rows.add(new SteeredRow(row.upToSubject(), row.subject(), 1, lm.config().blocks() - 1, texts.none()));
            }
        }
        steering = Steering.enter(lm, parameters.lastLayer() + 1, rows, texts.prefixes(), anchor);
        picks = LeanPicks.of(this.facts, part, manager.newSubManager());
    }

    @Override
    public float[] initial() {
        int width = lm.config().width();
        float[] states = steering.states();
        float[] initial = new float[facts.size() * width];
        int[] starts = starts();
        for (int fact = 0; fact < facts.size(); fact++) {
            System.arraycopy(states, starts[fact] * width, initial, fact * width, width);
        }
        return initial;
    }

    @Override
    public Losses losses(float[] deltas) {
        log = steering.logits(spread(deltas)).logSoftmax(-1);
        float[] nll = picks.prompts(log).gather(picks.labels(), 1).neg().toFloatArray();
        if (!part.essence) {
            return new Losses(nll, new float[facts.size()]);
        }
        NDArray essence = picks.essences(log);
        if (first == null) {
            // The first pass is made with δ = 0: what the subject was before.
            first = essence.duplicate();
            first.attach(manager);
        }
        return new Losses(nll, divergence(essence.exp(), essence).mul(parameters.klFactor()).toFloatArray());
    }

    private NDArray divergence(NDArray shares, NDArray essence) {
        return shares.mul(essence.sub(first)).sum(new int[] {1}, true);
    }

    /** Softmax minus one at the label; and for the divergence D = Σ p (log p − log p₀), p (log p − log p₀ − D). */
    @Override
    public float[] gradient() {
        NDArray gradient = log.exp();
        NDArray prompts = picks.prompts(gradient);
        prompts.muli(picks.shares());
        NDArray likely = prompts.gather(picks.labels(), 1);
        prompts.set(picks.cells(), likely.sub(picks.shares()).squeeze(1));
        if (part.essence) {
            NDArray shares = picks.essences(gradient);
            NDArray essence = picks.essences(log);
            NDArray divergence = divergence(shares, essence);
            shares.muli(essence.subi(first).subi(divergence)).muli(parameters.klFactor());
        }
        return gathered(steering.gradient(gradient));
    }

    /** δ of each row. */
    private float[] spread(float[] deltas) {
        int width = lm.config().width();
        float[] rows = new float[(starts()[facts.size()] + (part.essence ? facts.size() : 0)) * width];
        forEachRow((fact, row) -> System.arraycopy(deltas, fact * width, rows, row * width, width));
        return rows;
    }

    /** Sums over each fact's rows. */
    private float[] gathered(float[] rows) {
        int width = lm.config().width();
        float[] gradient = new float[facts.size() * width];
        forEachRow((fact, row) -> {
            for (int i = 0; i < width; i++) {
                gradient[fact * width + i] += rows[row * width + i];
            }
        });
        return gradient;
    }

    private interface FactRow {
        void at(int fact, int row);
    }

    /** The first prompt of each fact among all prompts, and their number. */
    private int[] starts() {
        int[] starts = new int[facts.size() + 1];
        for (int fact = 0; fact < facts.size(); fact++) {
            starts[fact + 1] = starts[fact] + facts.get(fact).claims().size() * (part.to - part.from);
        }
        return starts;
    }

    /** Prompts of all facts, then essence rows. */
    private void forEachRow(FactRow each) {
        int[] starts = starts();
        for (int fact = 0; fact < facts.size(); fact++) {
            for (int prompt = starts[fact]; prompt < starts[fact + 1]; prompt++) {
                each.at(fact, prompt);
            }
            if (part.essence) {
                each.at(fact, starts[facts.size()] + fact);
            }
        }
    }

    @Override
    public void keep(int[] places) {
        int[] starts = starts();
        IntStream kept = Arrays.stream(places).flatMap(place -> IntStream.range(starts[place], starts[place + 1]));
        if (part.essence) {
            kept = IntStream.concat(kept, Arrays.stream(places).map(place -> starts[facts.size()] + place));
            try (NDArray all = first; NDArray picked = manager.create(places)) {
                first = all.get(picked);
            }
        }
        steering.keep(kept.toArray());
        facts = Arrays.stream(places).mapToObj(facts::get).toList();
        picks.close();
        picks = LeanPicks.of(facts, part, manager.newSubManager());
    }

    @Override
    public void close() {
        steering.close();
        manager.close();
    }
}
