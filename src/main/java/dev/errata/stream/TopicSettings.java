package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * How topics are made.
 *
 * @param create whether missing ones are made; otherwise they are an error
 * @param partitions of new topics that have many
 * @param replication copies of new topics; empty: the broker's default
 */
public record TopicSettings(boolean create, int partitions, OptionalInt replication) {
    public static final TopicSettings DEFAULT = new TopicSettings(true, 8, OptionalInt.empty());

    public TopicSettings {
        requireNonNull(replication, "replication");
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions: " + partitions + " (expected: 1 or more)");
        }
    }
}
