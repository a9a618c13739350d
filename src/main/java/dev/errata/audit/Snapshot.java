package dev.errata.audit;

import dev.errata.fact.Position;
import dev.errata.stream.LogSource;
import dev.errata.stream.LogSource.Part;
import dev.errata.stream.Topic;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How far the log was when the audit began: what must be there, whatever goes on meanwhile. At rest, that is everything. Immutable.
 */
final class Snapshot {
    private final Map<Topic, Map<Integer, Part>> parts = new EnumMap<>(Topic.class);
    private final Map<Integer, Long> factsConsumed;
    private final Map<Integer, Long> intentsConsumed;
    private final boolean atRest;

    Snapshot(LogSource source, boolean atRest) {
        for (Topic topic : Topic.values()) {
            Map<Integer, Part> ofTopic = new HashMap<>();
            source.parts(topic).forEach(part -> ofTopic.put(part.partition(), part));
            parts.put(topic, ofTopic);
        }
        this.factsConsumed = Map.copyOf(source.consumed(Topic.FACTS));
        this.intentsConsumed = Map.copyOf(source.consumed(Topic.BATCHES));
        this.atRest = atRest;
    }

    List<Part> parts(Topic topic) {
        return parts.get(topic).values().stream().sorted((one, other) -> Integer.compare(one.partition(), other.partition())).toList();
    }

    boolean atRest() {
        return atRest;
    }

    /** Whether the record was decided when the audit began, and with it all that was written together with it. */
    boolean settled(Place place) {
        Part part = parts.get(place.topic()).get(place.partition());
        return atRest || part != null && place.offset() < part.settled();
    }

    /** Whether a record at this position of the facts topic is no longer kept. */
    boolean expired(Position position) {
        Part part = parts.get(Topic.FACTS).get(position.partition());
        return part != null && position.offset() < part.begin();
    }

    boolean anyExpired() {
        return parts.get(Topic.FACTS).values().stream().anyMatch(part -> part.begin() > 0);
    }

    /** Whether the accumulator had consumed this position, so that something has become of it. */
    boolean consumed(Position position) {
        return atRest || position.offset() < factsConsumed.getOrDefault(position.partition(), 0L);
    }

    /** Whether the accumulator's offsets say that this position was not consumed. A group that has none at all says nothing. */
    boolean unconsumed(Position position) {
        return knowsFacts() && position.offset() >= factsConsumed.getOrDefault(position.partition(), 0L);
    }

    boolean knowsFacts() {
        return !factsConsumed.isEmpty();
    }

    /** The first intent that the worker had not consumed, if its group says. */
    OptionalLong nextIntent() {
        return intentsConsumed.values().stream().mapToLong(Long::longValue).max();
    }
}
