package dev.errata.audit;

import static java.util.Objects.requireNonNull;

/** A record that breaks an invariant. @param words what was found and what was expected */
public record Finding(Invariant invariant, Place place, String words) {
    public Finding {
        requireNonNull(invariant, "invariant");
        requireNonNull(place, "place");
        requireNonNull(words, "words");
    }

    @Override
    public String toString() {
        return place + ": " + words + " [invariant " + invariant.number() + "]";
    }
}
