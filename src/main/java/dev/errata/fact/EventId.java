package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/**
 * What identifies a fact change for ever: CloudEvents {@code source} and {@code id}. The same pair never changes two versions.
 *
 * <p>Compared as they are, without normalisation; CloudEvents asks for both, so an empty one is {@link Failure#FACT_UNREADABLE}.
 */
public record EventId(String source, String id) {
    public EventId {
        requireText("source", source);
        requireText("id", id);
    }

    private static void requireText(String name, String value) {
        if (requireNonNull(value, name).isEmpty()) {
            throw new ErrataException(Failure.FACT_UNREADABLE, name + ": \"\" (expected: some text)");
        }
    }

    @Override
    public String toString() {
        return source + "#" + id;
    }
}
