package dev.errata.memit;

import dev.errata.memit.LeanTargets.Part;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Facts in groups of about the same work, one group on each core at a time; if there are too few facts for that, one group whose rows
 * are shared among the cores.
 */
final class LeanWay implements TargetWay {
    /** Facts of a group that products run at their best rate with; more would only take memory. */
    private static final int BEST = 24;

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
        EngineThreads workers = EngineThreads.of(lm);
        try (SharedTexts texts = SharedTexts.of(lm, facts, anchor)) {
            int threads = workers.threads();
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
            List<FactRows> facts, SharedTexts texts, Overlay anchor, EngineThreads workers, TargetListener listener) {
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
        Comparator<Integer> byLength = Comparator.comparing(fact -> facts.get(fact).keyRows().get(0).length());
        return IntStream.range(0, facts.size()).boxed()
                .sorted(byLength.thenComparing(fact -> facts.get(fact).scored())).toList();
    }

    /**
     * Groups of neighbours, as many for each thread; the longest rows first, so that threads end together.
     *
     * <p>A group keeps within its thread's share of the memory; a single fact is a group whatever it takes.
     */
    private List<List<Integer>> groups(List<FactRows> facts, int threads) {
        List<Integer> sorted = sorted(facts);
        TargetCost cost = new TargetCost(lm.config(), parameters);
        long room = Math.max(1, memory / threads);
        double most = sorted.stream().mapToLong(fact -> cost.bytes(facts.get(fact))).sum() / (double) room;
        int count = Math.max(threads, (int) Math.max(Math.ceil(most), Math.ceil(facts.size() / (double) BEST)));
        count = Math.min(facts.size(), (count + threads - 1) / threads * threads);
        double total = sorted.stream().mapToDouble(fact -> cost.positions(facts.get(fact))).sum();
        List<List<Integer>> groups = new ArrayList<>();
        double done = 0;
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < sorted.size(); i++) {
            long more = cost.bytes(facts.get(sorted.get(i)));
            if (i > from && bytes + more > room) {
                groups.add(sorted.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += more;
            done += cost.positions(facts.get(sorted.get(i)));
            if (done >= total * (groups.size() + 1) / count * (1 - 1e-9) || i == sorted.size() - 1) {
                groups.add(sorted.subList(from, i + 1));
                from = i + 1;
                bytes = 0;
            }
        }
        Collections.reverse(groups);
        return groups;
    }
}
