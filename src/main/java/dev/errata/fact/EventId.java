package dev.errata.fact;

import static java.util.Objects.requireNonNull;

/** What identifies a fact change for ever: CloudEvents {@code source} and {@code id}. The same pair never changes two versions. */
public record EventId(String source, String id) {
    public EventId {
        requireNonNull(source, "source");
        requireNonNull(id, "id");
    }

    @Override
    public String toString() {
        return source + "#" + id;
    }
}
