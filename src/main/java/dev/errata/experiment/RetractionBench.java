package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.FixedText;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.memit.Covariance;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings.Anchor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * n facts written in batches of ten, a fifth of them retracted: whether the retracted objects are still answered, whether the base's own
 * answer is back, and how the others stand, beside the others alone written at once from the base ({@code at_once_}).
 *
 * <p><em>Answered</em>, in the reference's sense of accuracy: every token of the object is the likeliest at its place after the fact's
 * prompt. {@code retracted_answered}: so many retracted objects are. {@code base_known}: for so many of the retracted the base itself
 * answers with the previous object, which is then its own answer; {@code back_percent}: of these, with how many it is answered again.
 * {@code others_accuracy}: of the facts that stay, in percent, and {@code before_} the same before the retraction. {@code likelier}: so
 * many retracted objects are likelier than the previous one, which some are in the base as well.
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
                    rows.accept(new Trial(editor, new LastingScorer(bench.model(), text), facts.subList(0, n)).row());
                }
            }
        }
    }

    /** One size. */
    private static final class Trial {
        private final Editor editor;
        private final LastingScorer scorer;
        private final List<LiveFact> facts;
        private final List<LiveFact> retracted;
        private final List<LiveFact> others;

        private Trial(Editor editor, LastingScorer scorer, List<LiveFact> facts) {
            this.editor = editor;
            this.scorer = scorer;
            this.facts = facts;
            this.retracted = StreamCurve.shuffled(facts, SEED).subList(0, facts.size() / SHARE);
            this.others = facts.stream().filter(fact -> !retracted.contains(fact)).toList();
        }

        private BenchRow row() {
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
            double written = stream.seconds();
            put("before_", stream, known, more);
            stream.retract(retracted.stream().map(LiveFact::key).toList());
            put("", stream, known, more);
            EditSequence atOnce = new EditSequence(editor, true);
            atOnce.write(others);
            put("at_once_", atOnce, known, more);
            Map<String, Double> phases = new TreeMap<>(Map.of("write", written, "retract", stream.seconds() - written));
            return new BenchRow(facts.size(), facts.size() / written, OptionalDouble.empty(), phases, more);
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
