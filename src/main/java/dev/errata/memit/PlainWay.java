package dev.errata.memit;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Groups of facts in the order they come, with {@link TapedTargets}. */
record PlainWay(CausalLm lm, HyperParameters parameters, int groupSize) implements TargetWay {
    /** The engine allows one tape per JVM. */
    private static final Object ONE_AT_A_TIME = new Object();

    @Override
    public List<TargetResult> search(List<FactRows> facts, Overlay anchor, TargetListener listener) {
        List<TargetResult> results = new ArrayList<>(facts.size());
        for (int from = 0; from < facts.size(); from += groupSize) {
            List<FactRows> group = facts.subList(from, Math.min(facts.size(), from + groupSize));
            TargetListener places = Renumbered.of(listener, IntStream.range(from, from + group.size()).boxed().toList());
            synchronized (ONE_AT_A_TIME) {
                try (TargetObjective objective = new TapedTargets(lm, parameters, group, anchor)) {
                    results.addAll(new TargetGroup(objective, parameters, group, places).search());
                }
            }
        }
        return results;
    }
}
