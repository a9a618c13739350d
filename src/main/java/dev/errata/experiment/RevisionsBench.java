package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.FixedText;
import dev.errata.memit.Covariance;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.memit.TargetStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Forty facts that are revised again and again beside forty others that stay: how both stand after the n-th revision, beside the last live
 * set written at once from the base ({@code at_once_}, the same in every row) and beside the reference's way, which writes over what is
 * there ({@code reference_}). Of fewer than eighty facts half are revised.
 *
 * <p>{@code revised_accuracy}, {@code others_accuracy}: the new object is the likeliest; {@code neighborhood}: success over the neighbours
 * of both. In percent.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class RevisionsBench implements Bench {
    private static final int FACTS = 80;
    private static final int LAST = 10;
    private static final long SEED = 1;

    @Override
    public String name() {
        return "revisions";
    }

    @Override
    public String measures() {
        return "scores after the n-th revision of half of the facts, beside the same live set at once and the reference's way";
    }

    @Override
    public List<Integer> sizes() {
        return IntStream.rangeClosed(0, LAST).boxed().toList();
    }

    @Override
    public int smallest() {
        return 0;
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        int half = Math.min(FACTS, context.scored().size()) / 2;
        List<LiveFact> facts = context.scored(Math.max(2, 2 * half));
        int times = sizes.stream().mapToInt(Integer::intValue).max().orElseThrow();
        RevisionTrial.Result errata;
        RevisionTrial.Result reference;
        try (Workbench bench = context.open()) {
            Covariance covariance = bench.covariance(bench.parameters().layers());
            FixedText text = bench.fixedText();
            context.say().accept(half + " facts, " + times + " times");
            errata = trial(bench, covariance, text, Anchor.BASE, facts, times);
            context.say().accept("the reference's way");
            reference = trial(bench, covariance, text, Anchor.CURRENT, facts, times);
        }
        for (int n : sizes) {
            RevisionTrial.Point point = errata.points().get(n);
            Map<String, Double> more = new LinkedHashMap<>();
            named("", point, more);
            named("at_once_", errata.atOnce(), more);
            named("reference_", reference.points().get(n), more);
            rows.accept(new BenchRow(
                    n, half / point.seconds(), OptionalDouble.empty(), Map.of("edit", point.seconds()), more));
        }
    }

    private static RevisionTrial.Result trial(
            Workbench bench, Covariance covariance, FixedText text, Anchor anchor, List<LiveFact> facts, int times) {
        int half = facts.size() / 2;
        boolean remembers = anchor == Anchor.BASE;
        try (Editor editor = bench.editor(covariance, anchor, remembers ? new KeptInMemory() : TargetStore.NONE)) {
            return new RevisionTrial(bench.model(), text, editor)
                    .run(facts.subList(0, half), facts.subList(half, 2 * half), times, remembers, SEED);
        }
    }

    private static void named(String prefix, RevisionTrial.Point point, Map<String, Double> more) {
        more.put(prefix + "revised_accuracy", point.revised().accuracy());
        more.put(prefix + "others_accuracy", point.others().accuracy());
        if (!Double.isNaN(point.neighborhood())) {
            more.put(prefix + "neighborhood", point.neighborhood());
        }
        more.put(prefix + "perplexity", point.perplexity());
    }
}
