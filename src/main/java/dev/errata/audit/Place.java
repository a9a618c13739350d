package dev.errata.audit;

import dev.errata.fact.Position;
import dev.errata.stream.Topic;
import java.util.Comparator;

/** Where a record lies. */
public record Place(Topic topic, int partition, long offset) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::topic).thenComparingInt(Place::partition).thenComparingLong(Place::offset);

    static Place of(Topic topic, Position position) {
        return new Place(topic, position.partition(), position.offset());
    }

    Position position() {
        return new Position(partition, offset);
    }

    /** By topic in the order in which they are declared, then partition, then offset. */
    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return topic.suffix() + " " + partition + "@" + offset;
    }
}
