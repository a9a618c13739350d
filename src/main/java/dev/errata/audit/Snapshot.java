package dev.errata.audit;

import dev.errata.fact.Position;
import dev.errata.stream.LogSource;
import dev.errata.stream.LogSource.Part;
import dev.errata.stream.Topic;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the log was when the audit began, hence what must be there whatever goes on meanwhile (at rest, that is everything), and how
 * far it was consumed when everything had been read, hence what cannot be there yet.
 */
final class Snapshot {
    private final boolean atRest;
    private final long versionsSettled;
    private final Map<Integer, Long> factsBegin;
    private final boolean lettersExpired;
    private final Map<Integer, Long> factsConsumed;
    private final long intentsConsumed;
    private Map<Integer, Long> factsConsumedAfter = Map.of();
    private Map<Integer, Long> begun = Map.of();
    private long waitsAfter = Long.MAX_VALUE;

    Snapshot(LogSource source, boolean atRest) {
        this.atRest = atRest;
        this.versionsSettled = source.parts(Topic.VERSIONS).get(0).settled();
        this.factsBegin = begins(source, Topic.FACTS);
        this.lettersExpired = begins(source, Topic.DEAD_LETTERS).values().stream().anyMatch(begin -> begin > 0);
        this.factsConsumed = source.consumed(Topic.FACTS);
        this.intentsConsumed = source.consumed(Topic.BATCHES).getOrDefault(0, 0L);
    }

    private static Map<Integer, Long> begins(LogSource source, Topic topic) {
        Map<Integer, Long> begins = new HashMap<>();
        for (Part part : source.parts(topic)) {
            begins.put(part.partition(), part.begin());
        }
        return begins;
    }

    /** When everything was read. */
    void readAll(LogSource source) {
        factsConsumedAfter = source.consumed(Topic.FACTS);
    }

    /** What stands behind this intent waits for an operator, at rest as well. */
    void waitsAfter(long intentOffset) {
        waitsAfter = intentOffset;
    }

    boolean atRest() {
        return atRest;
    }

    /** Whether the version was decided when the audit began, and with it all that was written together with it. */
    boolean settled(Place version) {
        return atRest || version.offset() < versionsSettled;
    }

    /** Whether a record at this position of the facts topic is no longer kept. */
    boolean expired(Position position) {
        return position.offset() < factsBegin.getOrDefault(position.partition(), 0L);
    }

    /** The line is a branch, for which the facts topic begins at these offsets. */
    void begun(Map<Integer, Long> offsets) {
        begun = offsets;
    }

    /** Whether the line begins after this position of the facts topic. */
    boolean isBefore(Position position) {
        return position.offset() < begun.getOrDefault(position.partition(), 0L);
    }

    boolean anyExpired() {
        return factsBegin.values().stream().anyMatch(begin -> begin > 0);
    }

    boolean lettersExpired() {
        return lettersExpired;
    }

    /** Whether something must have become of this position of the facts topic. */
    boolean consumed(Position position) {
        return atRest || position.offset() < factsConsumed.getOrDefault(position.partition(), 0L);
    }

    /** Whether nothing can have become of this position: the accumulator's offsets stand before it. A group without any says nothing. */
    boolean unconsumed(Position position) {
        return knowsOffsets() && position.offset() >= factsConsumedAfter.getOrDefault(position.partition(), 0L);
    }

    boolean knowsOffsets() {
        return !factsConsumedAfter.isEmpty();
    }

    /** Whether the worker must be done with the intent at this offset. */
    boolean intentConsumed(long offset) {
        return offset < intentsConsumed || atRest && offset <= waitsAfter;
    }
}
