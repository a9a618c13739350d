package dev.errata.export;

import dev.errata.delta.Live;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The facts of a version.
 *
 * @param in those it claims, oldest first
 * @param out those that its path has written and that it claims no more: of each what was written last
 * @param events every event that is live or was written on the path, with the version that wrote it
 */
record Claims(List<LiveFact> in, List<LiveFact> out, Map<EventId, Long> events) {
    /** @param path versions whose deltas are shipped */
    static Claims of(VersionChain chain, long number, List<Version> path) {
        Map<FactKey, Live> live = chain.live(number);
        Map<EventId, Long> events = new LinkedHashMap<>();
        Map<FactKey, LiveFact> gone = new LinkedHashMap<>();
        for (Version version : path) {
            written(chain, version).forEach(one -> {
                events.put(one.fact().event(), one.version());
                gone.put(one.fact().key(), one.fact());
            });
        }
        gone.keySet().removeAll(live.keySet());
        live.values().forEach(one -> events.putIfAbsent(one.fact().event(), one.version()));
        List<LiveFact> in = live.values().stream().map(Live::fact).toList();
        return new Claims(in, List.copyOf(gone.values()), events);
    }

    /** The facts that its delta holds: of a rebase all that are live. */
    private static Stream<Live> written(VersionChain chain, Version version) {
        return version.change() instanceof Edited edited
                ? edited.in().stream().map(fact -> new Live(version.number(), fact))
                : chain.live(version.number()).values().stream();
    }

    /** Which of the events are live. */
    Set<EventId> live() {
        return in.stream().map(LiveFact::event).collect(Collectors.toSet());
    }
}
