package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.memit.EditResult;
import dev.errata.memit.Editor;
import dev.errata.memit.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * One batch of n facts, up to ten thousand: time and memory against n.
 *
 * <h2>Limits</h2> Memory is the whole process's, so a size is never below the one before it: sizes ascend.
 * <h2>Thread safety</h2> One thread.
 */
public final class ScaleBench implements Bench {
    private static final double GIGA = 1e9;
    private static final double MIB = 1 << 20;
    private static final int WARM_UP = 4;

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String measures() {
        return "time and peak memory of one batch against its size";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1, 10, 100, 1_000, 10_000);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        List<Integer> ascending = sizes.stream().sorted().toList();
        List<LiveFact> facts = context.facts(Math.max(WARM_UP, ascending.get(ascending.size() - 1)));
        try (Workbench bench = context.open();
                Editor editor = bench.editor()) {
            edit(editor, facts.subList(0, WARM_UP));
            for (int n : ascending) {
                context.say().accept("n = " + n);
                Map<String, Double> more = new LinkedHashMap<>();
                long start = System.nanoTime();
                EditResult result;
                try (MemoryWatch memory = MemoryWatch.start()) {
                    result = edit(editor, facts.subList(0, n));
                    memory.most().ifPresent(bytes -> more.put("sampled_rss_mib", bytes / MIB));
                }
                double seconds = (System.nanoTime() - start) / GIGA;
                Machine.peak().ifPresent(bytes -> more.put("peak_rss_mib", bytes / MIB));
                more.put("seconds", seconds);
                more.put("rejected", (double) result.rejected().size());
                rows.accept(new BenchRow(n, n / seconds, OptionalDouble.empty(), result.seconds(), more));
            }
        }
    }

    private static EditResult edit(Editor editor, List<LiveFact> facts) {
        return editor.edit(editor.emptyLiveSet(), editor.baseWeights(), facts, List.of(), Progress.NONE);
    }
}
