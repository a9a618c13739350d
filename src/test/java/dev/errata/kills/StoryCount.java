package dev.errata.kills;

import dev.errata.fact.EventId;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.stream.LogSource;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the source counts itself, beside the auditor: every record on the facts topic has one outcome, and every event that it said has
 * one that is not that it came again.
 *
 * <h2>Limits</h2> Outcomes are held in memory. One thread.
 */
final class StoryCount {
    private final Set<Position> settled = new HashSet<>();
    private final Map<EventId, Integer> fates = new HashMap<>();
    private int records;

    private StoryCount() {}

    /**
     * @param said every event that the source said, each again only while it is remembered
     * @throws AssertionError with the first that is lost or doubled
     */
    static void require(LogSource log, Set<EventId> said) {
        StoryCount count = new StoryCount();
        each(log, Topic.OUTCOMES, record -> count.settle(EventCodec.OUTCOME.decode(record.value())));
        each(log, Topic.FACTS, record -> count.require(record.position()));
        require(count.settled.size() == count.records, "outcomes: " + count.settled.size() + " (expected: " + count.records + ")");
        require(count.fates.keySet().equals(said), "events with an outcome: " + count.fates.size() + " (expected: " + said.size() + ")");
        count.fates.forEach((event, fates) -> require(fates == 1, event + ": " + fates + " outcomes (expected: 1)"));
    }

    private void settle(Outcome outcome) {
        require(settled.add(outcome.position()), outcome + " (expected: the first at its position)");
        fates.merge(outcome.event(), outcome.fate() instanceof Fate.Duplicate ? 0 : 1, Integer::sum);
    }

    private void require(Position position) {
        records++;
        require(settled.contains(position), position + ": no outcome (expected: 1)");
    }

    private interface Reading {
        void of(RawRecord record);
    }

    private static void each(LogSource log, Topic topic, Reading reading) {
        try (LogSource.Cursor records = log.read(topic)) {
            for (Optional<RawRecord> next = records.next(); next.isPresent(); next = records.next()) {
                reading.of(next.get());
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
