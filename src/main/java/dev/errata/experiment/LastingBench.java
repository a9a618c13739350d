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
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The same facts in batches of n, from one batch down to batches of one: how good the model is at the end of the stream and on the way,
 * in the given order and shuffled. What counts is how near each row comes to the one batch.
 *
 * <p>{@code reference_}: the reference's way with the same batches, targets on the weights as they are by then and nothing remembered. It
 * shares the search's speed with Errata, so its seconds say nothing about the published code. Targets on the base are searched once, in
 * one batch, before the first row ({@code targets_seconds}); Errata's seconds are of keys and solve.
 *
 * <p>Names: those of the paper's tables; {@code retention} is the accuracy of the facts that the point before knew, {@code at_N_} what was
 * seen after N facts; {@code change_norm} is ‖W − W₀‖ over all edited tensors.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class LastingBench implements Bench {
    private static final long SEED = 7;
    /** Where to look before the end, as shares of all facts in percent; little is asked there, and the end is asked in full. */
    private static final List<Integer> LOOKS = List.of(10, 20, 60);
    private static final Set<String> ON_THE_WAY = Set.of("S", "EA", "NS", "retention", "perplexity");

    @Override
    public String name() {
        return "lasting";
    }

    @Override
    public String measures() {
        return "scores after a stream of batches of n facts, beside one batch of the same facts and beside the reference's way";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(250, 50, 5, 1);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        List<LiveFact> facts = context.scored();
        List<LiveFact> shuffled = StreamCurve.shuffled(facts, SEED);
        try (Workbench bench = context.open()) {
            Covariance covariance = bench.covariance(bench.parameters().layers());
            try (Editor base = bench.editor(covariance, Anchor.BASE, new KeptInMemory());
                    Editor current = bench.editor(covariance, Anchor.CURRENT, TargetStore.NONE)) {
                FixedText text = bench.fixedText();
                StreamCurve errata = new StreamCurve(bench.model(), text, base);
                StreamCurve reference = new StreamCurve(bench.model(), text, current);
                context.say().accept("searching " + facts.size() + " targets");
                EditSequence search = new EditSequence(base, true);
                search.write(facts);
                for (int n : sizes) {
                    Map<String, Double> more = new LinkedHashMap<>();
                    context.say().accept("batches of " + n);
                    double seconds = curve("", errata.run(facts, n, true, looks(facts.size())), more);
                    curve("shuffled_", errata.run(shuffled, n, true, Set.of()), more);
                    if (n < facts.size()) {
                        context.say().accept("batches of " + n + ", the reference's way");
                        curve("reference_", reference.run(facts, n, false, looks(facts.size())), more);
                        curve("reference_shuffled_", reference.run(shuffled, n, false, Set.of()), more);
                    }
                    more.put("targets_seconds", search.seconds());
                    rows.accept(new BenchRow(n, facts.size() / seconds, OptionalDouble.empty(), Map.of("edit", seconds), more));
                }
            }
        }
    }

    private static Set<Integer> looks(int facts) {
        return LOOKS.stream().map(percent -> Math.max(1, facts * percent / 100)).collect(Collectors.toSet());
    }

    /** Takes down a curve's end, and before it what was seen on the way. @return seconds of editing */
    private static double curve(String prefix, List<StreamCurve.Point> curve, Map<String, Double> more) {
        StreamCurve.Point end = curve.get(curve.size() - 1);
        more.putAll(named(prefix, end));
        IntStream.range(0, curve.size() - 1).mapToObj(curve::get).forEach(point -> named("", point).forEach((name, value) -> {
            if (ON_THE_WAY.contains(name)) {
                more.put(prefix + "at_" + point.facts() + "_" + name, value);
            }
        }));
        return end.seconds();
    }

    private static Map<String, Double> named(String prefix, StreamCurve.Point point) {
        Map<String, Double> values = new LinkedHashMap<>();
        point.all().byName().forEach((name, value) -> values.put(prefix + name, value));
        if (!Double.isNaN(point.retained().accuracy())) {
            values.put(prefix + "retention", point.retained().accuracy());
        }
        values.put(prefix + "perplexity", point.perplexity());
        values.put(prefix + "change_norm", Math.sqrt(point.growth().tensors().values().stream()
                .mapToDouble(tensor -> tensor.changeNorm() * tensor.changeNorm())
                .sum()));
        point.growth().leastLeverage().ifPresent(least -> values.put(prefix + "least_mean_leverage", least.getValue().leverage().get()));
        values.put(prefix + "seconds", point.seconds());
        return values;
    }
}
