package dev.errata.memit;

import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Which pairs an edit takes out and which it puts in.
 *
 * <p>A pair goes as a whole. So a live fact that shares one with a fact that goes, or a key with one that comes, is written anew with those
 * it shares the key with from now on; what it claims stays as it is.
 *
 * @param groups what comes in, a pair each: first those with facts of the batch, in its order
 * @param leaving live facts that go: retracted, or replaced by a fact of the batch
 * @param rewritten live facts that stay and are written anew
 */
record PairPlan(List<KeyGroup> groups, List<FactKey> leaving, List<FactKey> rewritten) {

    /**
     * @param in facts to write, no two with one key
     * @param out live facts to take out
     * @param sharesKey whether the model has one key for two facts of one subject
     */
    static PairPlan of(LiveSet live, List<LiveFact> in, Collection<FactKey> out, BiPredicate<LiveFact, LiveFact> sharesKey) {
        Set<FactKey> leaving = new LinkedHashSet<>(out);
        in.stream().map(LiveFact::key).filter(live::holds).forEach(leaving::add);
        Map<FactKey, LiveFact> rewritten = new LinkedHashMap<>();
        leaving.forEach(key -> live.sharers(key).forEach(fact -> rewritten.put(fact.key(), fact)));
        Map<String, List<LiveFact>> bySubject =
                live.facts().stream().collect(Collectors.groupingBy(fact -> fact.fact().subject()));
        for (LiveFact coming : in) {
            for (LiveFact there : bySubject.getOrDefault(coming.fact().subject(), List.of())) {
                if (!leaving.contains(there.key()) && sharesKey.test(coming, there)) {
                    live.sharers(there.key()).forEach(fact -> rewritten.put(fact.key(), fact));
                }
            }
        }
        rewritten.keySet().removeAll(leaving);

        List<LiveFact> written = new ArrayList<>(in);
        written.addAll(rewritten.values());
        return new PairPlan(groups(written, sharesKey), List.copyOf(leaving), List.copyOf(rewritten.keySet()));
    }

    private static List<KeyGroup> groups(List<LiveFact> facts, BiPredicate<LiveFact, LiveFact> sharesKey) {
        List<List<LiveFact>> groups = new ArrayList<>();
        Map<String, List<List<LiveFact>>> bySubject = new HashMap<>();
        for (LiveFact fact : facts) {
            List<List<LiveFact>> known = bySubject.computeIfAbsent(fact.fact().subject(), subject -> new ArrayList<>());
            List<LiveFact> group = known.stream().filter(some -> sharesKey.test(some.get(0), fact)).findFirst().orElseGet(() -> {
                List<LiveFact> fresh = new ArrayList<>();
                known.add(fresh);
                groups.add(fresh);
                return fresh;
            });
            group.add(fact);
        }
        return groups.stream().map(KeyGroup::new).toList();
    }

    /** Everything that is taken out of the live set. */
    List<FactKey> taken() {
        List<FactKey> taken = new ArrayList<>(leaving);
        taken.addAll(rewritten);
        return taken;
    }
}
