package dev.errata.memit;

import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;
import java.util.List;
import java.util.Set;

/**
 * Facts that the model has one key for: one target, one pair (live-set.md §4). Nearly always it is a single fact.
 *
 * @param facts of one subject, at least one
 */
record KeyGroup(List<LiveFact> facts) {
    KeyGroup {
        facts = List.copyOf(facts);
    }

    /** What a target is searched for, in an order that depends on nothing but the facts. */
    List<EditRequest> requests() {
        return facts.stream().map(fact -> EditRequest.of(fact.fact())).sorted(TargetKeys.ORDER).toList();
    }

    List<FactKey> keys() {
        return facts.stream().map(LiveFact::key).toList();
    }

    /** Those of its facts that have these keys. */
    List<LiveFact> among(Set<FactKey> keys) {
        return facts.stream().filter(fact -> keys.contains(fact.key())).toList();
    }
}
