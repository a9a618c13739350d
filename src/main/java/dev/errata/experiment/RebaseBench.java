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
    private static final List<Integer> BATCHES = List.of(10, 1);
    private static final int WARM_UP = 20;

    @Override
    public String name() {
        return "rebase";
    }

    @Override
    public String measures() {
        return "writing n live facts anew from the base with kept targets, beside streams that wrote them in batches of ten and of one";
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
            trial(bench, covariance, text, facts.subList(0, Math.min(facts.size(), WARM_UP)), BATCHES.get(0));
            for (int n : sizes) {
                for (int batch : BATCHES) {
                    context.say().accept("n = " + n + ", batches of " + batch);
                    rows.accept(trial(bench, covariance, text, facts.subList(0, n), batch));
                }
            }
        }
    }

    /** With a memory for targets that has none; then the same facts in one batch, towards the same targets, and towards new ones. */
    private static BenchRow trial(Workbench bench, Covariance covariance, FixedText text, List<LiveFact> facts, int batch) {
        KeptInMemory kept = new KeptInMemory();
        try (Editor editor = bench.editor(covariance, Anchor.BASE, kept);
                Editor other = bench.editor(covariance, Anchor.BASE, kept);
                Editor forgetful = bench.editor(covariance, Anchor.BASE, new KeptInMemory())) {
            RebaseTrial trial = new RebaseTrial(bench.model(), text, editor);
            RebaseTrial.Result result = trial.run(facts, batch);
            return row(
                    facts.size(), batch, result, trial.fromOneBatch(other, facts, result), trial.fromOneBatch(forgetful, facts, result));
        }
    }

    private static BenchRow row(int n, int batch, RebaseTrial.Result result, double fromOneBatch, double fromOneBatchAnew) {
        RebaseTrial.Side stream = result.stream();
        RebaseTrial.Side rebased = result.rebased();
        Map<String, Double> phases = new LinkedHashMap<>();
        phases.put("edit", stream.seconds());
        phases.put("rebase", rebased.seconds());
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("batch", (double) batch);
        more.put("share_percent", 100 * result.share());
        more.put("searches", (double) stream.searches());
        more.put("rebase_searches", (double) rebased.searches());
        side("", stream, more);
        side("rebased_", rebased, more);
        more.put("distance", result.distance());
        more.put("from_one_batch", fromOneBatch);
        more.put("from_one_batch_searched_anew", fromOneBatchAnew);
        return new BenchRow(n, n / stream.seconds(), OptionalDouble.empty(), phases, more);
    }

    private static void side(String prefix, RebaseTrial.Side side, Map<String, Double> more) {
        side.scores().byName().forEach((name, value) -> more.put(prefix + name, value));
        more.put(prefix + "perplexity", side.perplexity());
    }
}
