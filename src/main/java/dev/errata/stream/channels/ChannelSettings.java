package dev.errata.stream.channels;

import static java.util.Objects.requireNonNull;

import dev.errata.stream.ModelLine;

/**
 * What the channels need to know.
 *
 * @param line whose history is kept
 * @param versionsMax newest versions kept in memory
 * @param outcomesMax newest outcomes kept in memory
 */
public record ChannelSettings(ModelLine line, int versionsMax, int outcomesMax) {
    public ChannelSettings {
        requireNonNull(line, "line");
        if (versionsMax < 1 || outcomesMax < 1) {
            throw new IllegalArgumentException("kept: " + versionsMax + " versions, " + outcomesMax + " outcomes (expected: 1 or more)");
        }
    }
}
