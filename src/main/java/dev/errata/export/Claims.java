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

/**
 * The facts of a version.
 *
 * @param in those it claims, oldest first
 * @param out those that its path has written and that it claims no more: of each what was written last
 * @param events every event that is live or was written on the path, with the version that wrote it
 * @param live which of the events are live
 */
record Claims(List<LiveFact> in, List<LiveFact> out, Map<EventId, Long> events, List<EventId> live) {
    /** @param path versions whose deltas are shipped */
    static Claims of(VersionChain chain, long number, List<Version> path) {
        Map<FactKey, Live> live = chain.live(number);
        Map<EventId, Long> events = new LinkedHashMap<>();
        Map<FactKey, LiveFact> gone = new LinkedHashMap<>();
        for (Version version : path) {
            for (LiveFact fact : written(version)) {
                events.put(fact.event(), version.number());
                gone.put(fact.key(), fact);
            }
        }
        gone.keySet().removeAll(live.keySet());
        live.values().forEach(one -> events.putIfAbsent(one.fact().event(), one.version()));
        List<LiveFact> in = live.values().stream().map(Live::fact).toList();
        return new Claims(in, List.copyOf(gone.values()), events, in.stream().map(LiveFact::event).toList());
    }

    private static List<LiveFact> written(Version version) {
        return version.change() instanceof Edited edited ? edited.in() : List.of();
    }
}
