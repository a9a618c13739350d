package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.CounterFactScores;
import dev.errata.evaluation.FixedText;
import dev.errata.evaluation.Likelihood;
import dev.errata.evaluation.ProbedFact;
import dev.errata.evaluation.Question;
import dev.errata.evaluation.Scorer;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult;
import dev.errata.memit.EditedTensors;
import dev.errata.memit.Editor;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.KeptTarget;
import dev.errata.memit.Progress;
import dev.errata.memit.TargetKey;
import dev.errata.memit.TargetStore;
import dev.errata.transformer.ModelConfig;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Finds hyper-parameters for a model that nobody has published any for, by editing facts that it knows: first where (which run of
 * layers), then how firmly (λ), then how far a target may go (learning rate and clamp). Each stage keeps what the ones before it chose.
 *
 * <p>The same model, facts and text give the same choice: nothing is drawn by chance, nothing depends on time, and of equal trials the
 * earlier one wins.
 *
 * <h2>Limits</h2> A sweep of a dozen edits of a few dozen facts in one batch; what a stream of thousands needs may differ.
 * <h2>Thread safety</h2> One thread.
 */
public final class Tuning {
    /** Fewer facts say nothing. */
    public static final int FACTS_MIN = 4;

    private static final int LAYERS_MAX = 5;
    private static final int WINDOWS = 6;
    private static final double[] WEIGHTS = {1 / 16.0, 1, 4};
    private static final double FIRST_WEIGHT = 1 / 4.0;
    private static final double[][] RATE_AND_CLAMP = {{0.5, 1.25}, {0.5, 4}, {0.1, 0.75}, {0.1, 4}};
    private static final double HUNDRED = 100;

    private final Workbench bench;
    private final List<ProbedFact> probed;
    private final List<LiveFact> facts;
    private final Optional<FixedText> text;
    private final Consumer<String> say;
    /** A target does not depend on λ: that stage costs keys and solve only. */
    private final TargetStore targets = new InMemory();

    private Tuning(Workbench bench, List<LiveFact> facts, Optional<FixedText> text, Consumer<String> say) {
        this.bench = bench;
        this.facts = facts;
        this.probed = facts.stream().map(fact -> new ProbedFact(fact.fact(), fact.previousObject(), fact.probes())).toList();
        this.text = text;
        this.say = say;
    }

    private static final class InMemory implements TargetStore {
        private final Map<TargetKey, KeptTarget> kept = new ConcurrentHashMap<>();

        @Override
        public Optional<KeptTarget> find(TargetKey key) {
            return Optional.ofNullable(kept.get(key));
        }

        @Override
        public void keep(TargetKey key, KeptTarget target) {
            kept.put(key, target);
        }
    }

    /**
     * One edit.
     *
     * @param score what is made large: the mean of all success and accuracy scores, harmonic, over the growth of perplexity
     */
    public record Trial(
            String stage, HyperParameters parameters, CounterFactScores scores, OptionalDouble perplexityRatio, double score) {}

    /**
     * The trials in order, and the best of them.
     *
     * @param facts how many facts were edited in each
     * @param module the module that is edited, with {} for the block, as the reference's files name it
     */
    public record Proposal(List<Trial> trials, Trial chosen, int facts, String module) {}

    /** Where a search begins: what most published models have, in the layers of the first window. */
    static HyperParameters start(ModelConfig config) {
        return new HyperParameters(
                windows(config.blocks()).get(0), 25, 0.5, config.blocks() - 1, 0.5, 0.75, 0.0625, FIRST_WEIGHT * config.keyWidth());
    }

    /**
     * Runs of layers that end in the first two thirds of the model: a third of its blocks, five at most, as in published settings.
     *
     * @return at most {@link #WINDOWS}, evenly spread
     */
    static List<List<Integer>> windows(int blocks) {
        int width = Math.max(1, Math.min(LAYERS_MAX, (blocks + 2) / 3));
        List<List<Integer>> all = new ArrayList<>();
        for (int last = width - 1; last <= Math.max(width - 1, blocks * 2 / 3); last++) {
            List<Integer> window = new ArrayList<>();
            for (int layer = last - width + 1; layer <= last; layer++) {
                window.add(layer);
            }
            all.add(List.copyOf(window));
        }
        return EditBench.spread(all, WINDOWS);
    }

    /**
     * Sweeps.
     *
     * @param candidates facts with a previous object; those that the model gives that object for are used
     * @param facts how many of them at most
     * @param budget edits at most, 1 or more
     * @throws ErrataException SETTING_INVALID when the model knows too few of them
     */
    public static Proposal propose(BenchContext context, List<LiveFact> candidates, int facts, int budget) {
        ModelConfig config = ModelConfig.read(context.settings().modelDirectory());
        try (Workbench bench = Workbench.open(context.lenient(), start(config), context.texts())) {
            List<LiveFact> known = known(bench, candidates, facts);
            if (known.size() < FACTS_MIN) {
                throw new ErrataException(
                        Failure.SETTING_INVALID,
                        "facts that the model knows: " + known.size() + " of " + candidates.size() + " (expected: " + FACTS_MIN
                                + " or more; --facts FILE with previous objects that it answers)");
            }
            Optional<FixedText> text = bench.fixedText(bench.settings().evaluation().tokens());
            return new Tuning(bench, known, text, context.say()).sweep(budget);
        }
    }

    /** The first so many whose previous object is the model's own answer. */
    private static List<LiveFact> known(Workbench bench, List<LiveFact> candidates, int most) {
        Scorer scorer = new Scorer(bench.model(), Overlay.NONE);
        List<LiveFact> known = new ArrayList<>();
        for (LiveFact fact : candidates) {
            if (known.size() < most && fact.previousObject().isPresent()) {
                Question question = new Question(fact.fact().prompt(), fact.previousObject().get());
                if (scorer.fits(question)) {
                    Likelihood answer = scorer.ask(List.of(question)).get(0);
                    if (answer.first()) {
                        known.add(fact);
                    }
                }
            }
        }
        return known;
    }

    private Proposal sweep(int budget) {
        List<Trial> trials = new ArrayList<>();
        for (List<Integer> window : windows(bench.model().config().blocks())) {
            attempt("layers", Workbench.withLayers(bench.parameters(), window), trials, budget);
        }
        HyperParameters placed = best(trials).parameters();
        for (double weight : WEIGHTS) {
            attempt("lambda", with(placed, placed.learningRate(), placed.clampNormFactor(),
                    weight * bench.model().config().keyWidth()), trials, budget);
        }
        HyperParameters weighted = best(trials).parameters();
        for (double[] pair : RATE_AND_CLAMP) {
            attempt("target", with(weighted, pair[0], pair[1], weighted.covarianceWeight()), trials, budget);
        }
        String first = bench.model().tensorName(0).replaceFirst("\\.weight$", "").replaceFirst("\\.0\\.", ".{}.");
        return new Proposal(List.copyOf(trials), best(trials), facts.size(), first);
    }

    private static HyperParameters with(HyperParameters parameters, double rate, double clamp, double weight) {
        return new HyperParameters(
                parameters.layers(), parameters.steps(), rate, parameters.lossLayer(), parameters.weightDecay(), clamp,
                parameters.klFactor(), weight);
    }

    /** The first of the best. */
    static Trial best(List<Trial> trials) {
        return trials.stream().max(Comparator.<Trial>comparingDouble(Trial::score)
                .thenComparing(Comparator.<Trial>comparingInt(trials::indexOf).reversed())).orElseThrow();
    }

    private void attempt(String stage, HyperParameters parameters, List<Trial> trials, int budget) {
        if (trials.size() < budget) {
            say.accept("%s: layers %s, lambda %s, learning rate %s, clamp %s".formatted(
                    stage, parameters.layers(), parameters.covarianceWeight(), parameters.learningRate(), parameters.clampNormFactor()));
            trials.add(attempt(stage, parameters));
        }
    }

    private Trial attempt(String stage, HyperParameters parameters) {
        try (Editor editor = bench.editor(parameters, bench.covariance(parameters.layers()), targets)) {
            EditResult result = editor.edit(editor.emptyLiveSet(), editor.baseWeights(), facts, List.of(), Progress.NONE);
            var weights = result instanceof EditResult.Edited edited ? edited.weights() : editor.baseWeights();
            try (Overlay overlay = EditedTensors.overlay(bench.model(), weights)) {
                CounterFactScores scores = CounterFactScores.of(bench.model(), overlay, probed);
                OptionalDouble ratio = text.isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(text.get().drift(overlay).perplexity() / text.get().basePerplexity());
                return new Trial(stage, parameters, scores, ratio, score(scores.percent(), ratio));
            }
        }
    }

    /** Harmonic, so that no score is bought with another; a model that has become worse at plain text is worth as much less. */
    static double score(Map<String, Double> percent, OptionalDouble perplexityRatio) {
        List<Double> parts = List.of("ES", "PS", "NS", "EA", "PA", "NA").stream().filter(percent::containsKey).map(percent::get).toList();
        double inverse = 0;
        for (double part : parts) {
            inverse += 1 / Math.max(part, 1 / HUNDRED);
        }
        return parts.size() / inverse / Math.max(1, perplexityRatio.orElse(1));
    }
}
