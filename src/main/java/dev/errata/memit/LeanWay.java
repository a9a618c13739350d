package dev.errata.memit;

import dev.errata.memit.LeanTargets.Part;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Facts in groups of about the same work, one group on each core at a time; if there are too few facts for that, one group whose rows
 * are shared among the cores.
 */
final class LeanWay implements TargetWay {
    private final CausalLm lm;
    private final HyperParameters parameters;
    private final long memory;

    LeanWay(CausalLm lm, HyperParameters parameters, long memory) {
        this.lm = lm;
        this.parameters = parameters;
        this.memory = memory;
    }

    @Override
    public List<TargetResult> search(List<FactRows> facts, Overlay anchor, TargetListener listener) {
        TargetListener inTurn = new InTurn(listener);
        TargetResult[] results = new TargetResult[facts.size()];
        boolean cpu = !lm.manager().getDevice().isGpu();
        int threads = cpu ? Runtime.getRuntime().availableProcessors() : 1;
        try (SharedTexts texts = SharedTexts.of(lm, facts, anchor);
                LeanWorkers workers = new LeanWorkers(threads, cpu)) {
            if (facts.size() < 2 * threads) {
                List<Integer> all = sorted(facts);
                keep(results, all, joined(pick(facts, all), texts, anchor, workers, Renumbered.of(inTurn, all)));
            } else {
                workers.each(groups(facts, threads), group -> {
                    List<FactRows> some = pick(facts, group);
                    try (TargetObjective objective = new LeanTargets(lm, parameters, some, Part.WHOLE, texts, anchor)) {
                        keep(results, group, new TargetGroup(objective, parameters, some, Renumbered.of(inTurn, group)).search());
                    }
                    return group;
                });
            }
        }
        return List.of(results);
    }

    private List<TargetResult> joined(
            List<FactRows> facts, SharedTexts texts, Overlay anchor, LeanWorkers workers, TargetListener listener) {
        List<Part> shares = Part.shares(workers.threads());
        List<LeanTargets> parts = workers.each(shares, share -> new LeanTargets(lm, parameters, facts, share, texts, anchor));
        try (TargetObjective objective = new JoinedTargets(workers, facts, shares, parts)) {
            return new TargetGroup(objective, parameters, facts, listener).search();
        }
    }

    private static void keep(TargetResult[] results, List<Integer> facts, List<TargetResult> found) {
        for (int i = 0; i < found.size(); i++) {
            results[facts.get(i)] = found.get(i);
        }
    }

    private static List<FactRows> pick(List<FactRows> facts, List<Integer> some) {
        return some.stream().map(facts::get).toList();
    }

    /** Facts whose rows are alike lie together. */
    private static List<Integer> sorted(List<FactRows> facts) {
        Comparator<Integer> byLength = Comparator.comparing(fact -> facts.get(fact).prompts().get(0).length());
        return IntStream.range(0, facts.size()).boxed()
                .sorted(byLength.thenComparing(fact -> facts.get(fact).object().length)).toList();
    }

    private List<List<Integer>> groups(List<FactRows> facts, int threads) {
        List<Integer> sorted = sorted(facts);
        int size = Integer.getInteger("lean.group", 16);
        int count = Math.max(threads, (facts.size() + size - 1) / size);
        count = (count + threads - 1) / threads * threads;
        List<List<Integer>> groups = new ArrayList<>();
        double total = sorted.stream().mapToDouble(fact -> cost(facts.get(fact))).sum();
        double done = 0;
        int from = 0;
        for (int i = 0; i < sorted.size(); i++) {
            done += cost(facts.get(sorted.get(i)));
            if (done >= total * (groups.size() + 1) / count - 1e-6 || i == sorted.size() - 1) {
                groups.add(sorted.subList(from, i + 1));
                from = i + 1;
            }
        }
        List<List<Integer>> largestFirst = new ArrayList<>(groups);
        java.util.Collections.reverse(largestFirst);
        return largestFirst;
    }

    private static double cost(FactRows fact) {
        return 2 + 6 * fact.prompts().get(0).length() + 3 * fact.object().length;
    }
}
