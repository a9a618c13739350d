package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
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
 * @param arrivals at least one, in the order in which their places were taken
 */
public record Batch(String id, List<Arrival> arrivals, SealCause cause, Instant sealedAt) {
    private static final int ID_HEX = 16;

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

    /** A batch of these changes under the id that follows from them. */
    public static Batch of(List<Arrival> arrivals, SealCause cause, Instant sealedAt) {
        return new Batch(idOf(arrivals), arrivals, cause, sealedAt);
    }

    /**
     * {@code b-} and the first 16 hex digits of SHA-256 over source and id of every event in order, each as the number of its UTF-8
     * bytes (four bytes, big-endian) and these bytes: lengths, so that no two lists of events read the same.
     */
    private static String idOf(List<Arrival> arrivals) {
        MessageDigest sha256 = sha256();
        for (Arrival arrival : arrivals) {
            EventId event = arrival.change().event();
            for (String part : List.of(event.source(), event.id())) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                sha256.update(bytes);
            }
        }
        return "b-" + HexFormat.of().formatHex(sha256.digest()).substring(0, ID_HEX);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
