package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Arrival;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Fact changes that may be solved together because no two of them are about one subject.
 *
 * <p>MEMIT spreads one least-squares residual over all keys of a batch. Two facts about one subject have nearly equal keys; solved
 * together their targets would average out, and two objects for one fact key (Eq. 5 of the paper) would both be lost. The accumulator
 * keeps them apart; this type proves it.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param id derived from the events in it, so that the same batch has the same name wherever it is formed
 */
public record Batch(String id, List<Arrival> arrivals, SealCause cause, Instant sealedAt) {
    public Batch {
        requireNonNull(id, "id");
        requireNonNull(cause, "cause");
        requireNonNull(sealedAt, "sealedAt");
        arrivals = List.copyOf(arrivals);
        if (arrivals.isEmpty()) {
            throw new IllegalArgumentException("arrivals: none (expected: at least one)");
        }
        Set<String> subjects = new HashSet<>();
        for (Arrival arrival : arrivals) {
            String subject = arrival.change().key().subject();
            if (!subjects.add(subject)) {
                throw new IllegalArgumentException("subject: \"" + subject + "\" twice in batch " + id + " (expected: once)");
            }
        }
    }
}
