package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.FixedText;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.memit.Covariance;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings.Anchor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * n facts written in batches of ten, a fifth of them retracted: whether the retracted objects are still answered, whether the base's own
 * answer is back, and how the others stand, also after a rebase that follows ({@code rebased_}) and beside the others alone written at
 * once from the base ({@code at_once_}).
 *
 * <p><em>Answered</em>, in the reference's sense of accuracy: every token of the object is the likeliest at its place after the fact's
 * prompt. {@code retracted_answered}: so many retracted objects are. {@code base_known}: for so many of the retracted the base itself
 * answers with the previous object, which is then its own answer; {@code back_percent}: of these, with how many it is answered again.
 * {@code others_accuracy}: of the facts that stay, in percent, and {@code before_} the same before the retraction. {@code likelier}: so
 * many retracted objects are likelier than the previous one, which some are in the base as well.
 *
 * <p>Which fifth is retracted is drawn once. One fact of twenty is five points, so the four other fifths of the same draw are tried as
 * well, each from the whole stream: {@code mean_} is the mean over all five.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class RetractionBench implements Bench {
    private static final int BATCH = 10;
    private static final int SHARE = 5;
    private static final long SEED = 3;

    @Override
    public String name() {
        return "retraction";
    }

    @Override
    public String measures() {
        return "answers after a fifth of n facts, written in batches of " + BATCH + ", is retracted, beside the others written at once";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(100);
    }

    @Override
    public int smallest() {
        return SHARE;
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        List<LiveFact> facts = context.scored(sizes.stream().mapToInt(Integer::intValue).max().orElseThrow());
        try (Workbench bench = context.open()) {
            Covariance covariance = bench.covariance(bench.parameters().layers());
            FixedText text = bench.fixedText();
            for (int n : sizes) {
                context.say().accept("n = " + n);
                try (Editor editor = bench.editor(covariance, Anchor.BASE, new KeptInMemory())) {
                    rows.accept(row(editor, new LastingScorer(bench.model(), text), facts.subList(0, n)));
                }
            }
        }
    }

    /** The first fifth, and the mean of all. */
    private static BenchRow row(Editor editor, LastingScorer scorer, List<LiveFact> facts) {
        List<LiveFact> drawn = StreamCurve.shuffled(facts, SEED);
        int fifth = facts.size() / SHARE;
        Map<String, Double> more = new LinkedHashMap<>();
        List<Map<String, Double>> all = new ArrayList<>();
        Map<String, Double> phases = new TreeMap<>();
        for (int at = 0; at < SHARE; at++) {
            Trial trial = new Trial(editor, scorer, facts, drawn.subList(at * fifth, (at + 1) * fifth));
            all.add(trial.run());
            if (at == 0) {
                // Later ones find their targets kept.
                phases.putAll(trial.seconds);
            }
        }
        more.putAll(all.get(0));
        // What could not be asked of one fifth has no mean.
        all.get(0).keySet().stream().filter(name -> all.stream().allMatch(one -> one.containsKey(name))).forEach(name -> more.put(
                "mean_" + name, all.stream().mapToDouble(one -> one.get(name)).average().orElseThrow()));
        return new BenchRow(facts.size(), facts.size() / phases.get("write"), OptionalDouble.empty(), phases, more);
    }

    /** One fifth. */
    private static final class Trial {
        private final Editor editor;
        private final LastingScorer scorer;
        private final List<LiveFact> facts;
        private final List<LiveFact> retracted;
        private final List<LiveFact> others;
        private final Map<String, Double> seconds = new TreeMap<>();

        private Trial(Editor editor, LastingScorer scorer, List<LiveFact> facts, List<LiveFact> retracted) {
            this.editor = editor;
            this.scorer = scorer;
            this.facts = facts;
            this.retracted = retracted;
            this.others = facts.stream().filter(fact -> !retracted.contains(fact)).toList();
        }

        private Map<String, Double> run() {
            EditSequence base = new EditSequence(editor, true);
            // One at a time, since what the base knows is asked of each.
            List<LiveFact> known = retracted.stream()
                    .map(Trial::previous)
                    .flatMap(Optional::stream)
                    .filter(fact -> scorer.ask(base.weights(), List.of(List.of(fact))).scores().get(0).accuracy() == 100)
                    .toList();
            Map<String, Double> more = new LinkedHashMap<>();
            more.put("retracted", (double) retracted.size());
            more.put("base_known", (double) known.size());
            put("base_", base, known, more);
            EditSequence stream = new EditSequence(editor, true);
            for (int from = 0; from < facts.size(); from += BATCH) {
                stream.write(facts.subList(from, Math.min(from + BATCH, facts.size())));
            }
            seconds.put("write", stream.seconds());
            put("before_", stream, known, more);
            stream.retract(retracted.stream().map(LiveFact::key).toList());
            seconds.put("retract", stream.seconds() - seconds.get("write"));
            put("", stream, known, more);
            stream.rebase();
            put("rebased_", stream, known, more);
            EditSequence atOnce = new EditSequence(editor, true);
            atOnce.write(others);
            put("at_once_", atOnce, known, more);
            return more;
        }

        /** What the base may have answered, as a fact. */
        private static Optional<LiveFact> previous(LiveFact fact) {
            return fact.previousObject().map(before -> new LiveFact(
                    fact.event(), new Fact(fact.fact().subject(), fact.fact().relation(), before), fact.revision(),
                    Optional.empty(), Probes.NONE));
        }

        private void put(String prefix, EditSequence sequence, List<LiveFact> known, Map<String, Double> more) {
            LastingScorer.Asked asked = scorer.ask(sequence.weights(), List.of(retracted, known, others));
            LastingScores ofRetracted = asked.scores().get(0);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("retracted_answered", (double) Math.round(ofRetracted.accuracy() * retracted.size() / 100));
            values.put("likelier", (double) Math.round(ofRetracted.efficacy() * ofRetracted.facts() / 100));
            values.put("back_percent", asked.scores().get(1).accuracy());
            values.put("others_accuracy", asked.scores().get(2).accuracy());
            values.put("others_S", asked.scores().get(2).harmonic());
            values.put("perplexity", asked.perplexity());
            values.values().removeIf(value -> value.isNaN());
            values.forEach((name, value) -> more.put(prefix + name, value));
        }
    }
}
