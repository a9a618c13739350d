package dev.errata.experiment;

import dev.errata.delta.LiveFact;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.EditRequest;
import dev.errata.memit.EditResult;
import dev.errata.memit.Editor;
import dev.errata.memit.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * One batch of n facts from the base model, by Errata and by {@link ReferenceWay}, in turns and warmed up; and how much of the machine's
 * matrix-product rate the target search makes use of.
 *
 * <p>The reference's way takes seconds for a fact, and each fact as long as another: of many facts it is given a sample for targets and
 * one for keys, whose times are scaled to n; its solve has all n columns. {@code reference_way_measured_facts} says how many targets.
 *
 * <h2>Thread safety</h2> One thread.
 */
public final class EditBench implements Bench {
    private static final int TARGETS_MEASURED = 8;
    private static final int KEYS_MEASURED = 64;
    /** Rounds before anything is measured: the compiler has seen enough then. The reference's way is one long loop and needs one. */
    private static final int WARM_UPS = 96;
    /** One of so many rounds is a batch. */
    private static final int BATCHED = 6;

    /** Facts differ in length and steps, so that fewer of them say little: smaller batches are measured more often. */
    private static final int SMALL = 8;
    private static final int REPEATS = 3;
    private static final double GIGA = 1e9;

    @Override
    public String name() {
        return "edit";
    }

    @Override
    public String measures() {
        return "facts per second of one batch, beside the reference's way in the same run";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1, 8, 64, 256, 1024);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        try (Workbench bench = context.open()) {
            Covariance covariance = bench.covariance(bench.parameters().layers());
            Contexts contexts = bench.contexts();
            int most = sizes.stream().mapToInt(n -> n * repeats(n)).max().orElseThrow();
            List<LiveFact> facts = context.facts(Math.max(most, TARGETS_MEASURED));
            ReferenceWay reference = new ReferenceWay(bench.model(), bench.parameters(), contexts, covariance);
            try (Editor editor = bench.editor(bench.parameters(), covariance)) {
                context.say().accept("warming up");
                for (int i = 0; i < WARM_UPS; i++) {
                    int from = i % SMALL;
                    edit(editor, i % BATCHED == 0 ? facts.subList(0, SMALL) : facts.subList(from, from + 1));
                }
                reference(reference, facts.subList(0, 1), new LinkedHashMap<>());
                for (int n : sizes) {
                    context.say().accept("n = " + n);
                    rows.accept(row(n, facts, bench, contexts, editor, reference));
                }
            }
        }
    }

    private static int repeats(int n) {
        return n > SMALL ? 1 : Math.max(REPEATS, SMALL / n);
    }

    private static BenchRow row(
            int n, List<LiveFact> facts, Workbench bench, Contexts contexts, Editor editor, ReferenceWay reference) {
        Map<String, Double> phases = new LinkedHashMap<>();
        Map<String, Double> plain = new LinkedHashMap<>();
        double seconds = 0;
        double plainSeconds = 0;
        double forwards = 0;
        int repeats = repeats(n);
        // In turns, each time with other facts: neither profits from what it has seen, nor from a quiet moment alone.
        for (int i = 0; i < repeats; i++) {
            List<LiveFact> some = facts.subList(i * n, (i + 1) * n);
            long start = System.nanoTime();
            edit(editor, some).forEach((phase, time) -> phases.merge(phase, time / repeats, Double::sum));
            seconds += (System.nanoTime() - start) / GIGA / repeats;
            Map<String, Double> once = new LinkedHashMap<>();
            forwards += reference(reference, some, once) / repeats;
            once.forEach((phase, time) -> plain.merge(phase, time / repeats, Double::sum));
            plainSeconds += once.values().stream().mapToDouble(Double::doubleValue).sum() / repeats;
        }
        double flop = flops(facts.subList(0, n), forwards, bench, contexts) / n;
        double peak = Machine.matmulRate(bench.model().manager().getDevice(), bench.model().config().width());
        double rate = n * flop / phases.get("targets");
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("reference_way_measured_facts", (double) Math.min(n, TARGETS_MEASURED) * repeats);
        plain.forEach((phase, time) -> more.put("reference_way_" + phase + "_seconds", time));
        more.put("forwards_per_fact", forwards);
        more.put("needed_gflop_per_fact", flop / GIGA);
        more.put("needed_gflop_per_second", rate / GIGA);
        more.put("matmul_gflop_per_second", peak / GIGA);
        more.put("percent_of_matmul_rate", 100 * rate / peak);
        return new BenchRow(n, n / seconds, OptionalDouble.of(n / plainSeconds), phases, more);
    }

    private static Map<String, Double> edit(Editor editor, List<LiveFact> facts) {
        EditResult result = editor.edit(editor.emptyLiveSet(), editor.baseWeights(), facts, List.of(), Progress.NONE);
        if (!result.rejected().isEmpty()) {
            throw new IllegalStateException("rejected: " + result.rejected().get(0) + " (expected: facts that the model can take)");
        }
        return result.seconds();
    }

    /** @return forward passes of a search, on average; seconds for all of the facts into {@code phases} */
    private static double reference(ReferenceWay reference, List<LiveFact> facts, Map<String, Double> phases) {
        List<EditRequest> requests = facts.stream().map(fact -> EditRequest.of(fact.fact())).toList();
        int n = requests.size();
        ReferenceWay.Targets targets = reference.targets(spread(requests, TARGETS_MEASURED));
        List<EditRequest> keyed = spread(requests, KEYS_MEASURED);
        List<float[]> z = new ArrayList<>();
        for (int i = 0; i < keyed.size(); i++) {
            z.add(targets.z().get(i % targets.z().size()));
        }
        ReferenceWay.Insertion insertion = reference.insert(keyed, z);
        phases.put("targets", targets.seconds() * n / targets.z().size());
        phases.put("keys", insertion.keySeconds() * n / keyed.size());
        phases.put("solve", keyed.size() == n ? insertion.solveSeconds() : reference.solveSeconds(n));
        return targets.forwardsPerFact();
    }

    /** At most so many, evenly over all. */
    static <T> List<T> spread(List<T> all, int most) {
        if (all.size() <= most) {
            return all;
        }
        List<T> some = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            some.add(all.get((int) ((long) i * all.size() / most)));
        }
        return some;
    }

    private static double flops(List<LiveFact> facts, double forwards, Workbench bench, Contexts contexts) {
        LeanFlops count = new LeanFlops(bench.model().config(), bench.parameters());
        return facts.stream()
                .mapToDouble(fact -> count.fact(
                        ReferenceRows.of(EditRequest.of(fact.fact()), contexts, bench.model().tokenizer()), forwards))
                .sum();
    }
}
