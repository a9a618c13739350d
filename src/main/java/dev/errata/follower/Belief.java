package dev.errata.follower;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What a version answered, among others that were asked the same.
 *
 * @param committedAt empty for the base model
 */
public record Belief(Optional<Instant> committedAt, Answer answer) {
    public Belief {
        requireNonNull(committedAt, "committedAt");
        requireNonNull(answer, "answer");
    }
}
