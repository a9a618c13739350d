package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.evaluation.FixedText;
import dev.errata.memit.Covariance;
import dev.errata.memit.Editor;
import dev.errata.memit.EditorSettings.Anchor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * n live facts written in batches of ten, then all of them again from the base towards their kept targets: what share of the time of
 * editing that takes, how the model stands before and after, and how far apart the weights are ({@code distance}, of the change). No
 * target is there before the editing, so its searches count; {@code searches} and {@code rebase_searches} tell.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class RebaseBench implements Bench {
    private static final int BATCH = 10;
    private static final int WARM_UP = 20;

    @Override
    public String name() {
        return "rebase";
    }

    @Override
    public String measures() {
        return "writing n live facts anew from the base with kept targets, beside the stream that wrote them in batches of " + BATCH;
    }

    @Override
    public List<Integer> sizes() {
        return List.of(250);
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
            context.say().accept("warming up");
            // Editing comes first and would pay alone for what a process does once.
            trial(bench, covariance, text, facts.subList(0, Math.min(facts.size(), WARM_UP)));
            for (int n : sizes) {
                context.say().accept("n = " + n);
                rows.accept(row(n, trial(bench, covariance, text, facts.subList(0, n))));
            }
        }
    }

    /** With a memory for targets that has none. */
    private static RebaseTrial.Result trial(Workbench bench, Covariance covariance, FixedText text, List<LiveFact> facts) {
        try (Editor editor = bench.editor(covariance, Anchor.BASE, new KeptInMemory())) {
            return new RebaseTrial(bench.model(), text, editor).run(facts, BATCH);
        }
    }

    private static BenchRow row(int n, RebaseTrial.Result result) {
        RebaseTrial.Side stream = result.stream();
        RebaseTrial.Side rebased = result.rebased();
        Map<String, Double> phases = new LinkedHashMap<>();
        phases.put("edit", stream.seconds());
        phases.put("rebase", rebased.seconds());
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("share_percent", 100 * result.share());
        more.put("searches", (double) stream.searches());
        more.put("rebase_searches", (double) rebased.searches());
        side("", stream, more);
        side("rebased_", rebased, more);
        more.put("distance", result.distance());
        return new BenchRow(n, n / stream.seconds(), OptionalDouble.empty(), phases, more);
    }

    private static void side(String prefix, RebaseTrial.Side side, Map<String, Double> more) {
        side.scores().byName().forEach((name, value) -> more.put(prefix + name, value));
        more.put(prefix + "perplexity", side.perplexity());
    }
}
