package dev.errata.follower;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * Where a follower is.
 *
 * @param at what it is told to serve: head, a number, a tag or a time
 * @param served the version that it answers from
 * @param digest of that version's edited tensors
 * @param wanted the version that {@code at} stands for; empty while nothing is announced, or there is no such version
 * @param head the announced version, as far as it has read
 * @param ready whether it serves exactly what it is to serve, and has heard of every version up to the announced one
 */
public record Position(String at, long served, String digest, OptionalLong wanted, OptionalLong head, boolean ready) {
    public Position {
        requireNonNull(at, "at");
        requireNonNull(digest, "digest");
        requireNonNull(wanted, "wanted");
        requireNonNull(head, "head");
    }
}
