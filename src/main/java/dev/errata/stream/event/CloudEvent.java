package dev.errata.stream.event;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.EventId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An event to be written: CloudEvents 1.0 attributes, further headers, and data. Its array is shared and never changed.
 *
 * @param id {@code source} and {@code id}; derived from what the event says, so that the same event has the same id however often it is
 *     written
 * @param headers headers that are no CloudEvents attributes
 * @param data null in a tombstone
 */
public record CloudEvent(EventType type, EventId id, Optional<String> subject, Instant time, Map<String, String> headers, byte[] data) {
    public CloudEvent {
        requireNonNull(type, "type");
        requireNonNull(id, "id");
        requireNonNull(subject, "subject");
        requireNonNull(time, "time");
        headers = Map.copyOf(headers);
    }
}
