package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.FactChange;

/** A fact change as it lies on the facts topic: what it says, and which lines it is for. */
public record FactEvent(FactChange change, Audience audience) {
    public FactEvent {
        requireNonNull(change, "change");
        requireNonNull(audience, "audience");
    }

    /** For every line. */
    public FactEvent(FactChange change) {
        this(change, Audience.EVERY_LINE);
    }
}
