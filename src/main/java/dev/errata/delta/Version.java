package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.FactKey;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The model after a delta or a rollback; immutable. Version 0 is the base model and has no record.
 *
 * @param model name of the model line
 * @param number 1, 2, 3 … without a gap
 * @param intent id of the intent that this version carries out
 * @param parentDigest {@link #digest} of what the change was applied to: version {@code number - 1}, or the base model for version 1 and
 *     for a rebase
 * @param digest SHA-256 over {@code name=sha256} of all edited tensors in name order: equal digests mean equal weights
 * @param tensors every edited tensor, in name order
 * @param held why it is not announced by itself: it waits for an operator's release or reject
 * @param origin the version of another line that it is a copy of, to the bit; where a branch comes from
 */
public record Version(
        String model,
        long number,
        String intent,
        Change change,
        String parentDigest,
        String digest,
        List<TensorState> tensors,
        Instant committedAt,
        Provenance provenance,
        Optional<Held> held,
        Optional<Origin> origin) {
    public Version {
        requireNonNull(model, "model");
        requireNonNull(intent, "intent");
        requireNonNull(change, "change");
        requireNonNull(parentDigest, "parentDigest");
        requireNonNull(digest, "digest");
        requireNonNull(committedAt, "committedAt");
        requireNonNull(provenance, "provenance");
        requireNonNull(held, "held");
        requireNonNull(origin, "origin");
        tensors = List.copyOf(tensors);
        if (number < 1) {
            throw new IllegalArgumentException("number: " + number + " (expected: 1 or more)");
        }
    }

    /** A version that is announced at once and copies none. */
    public Version(
            String model,
            long number,
            String intent,
            Change change,
            String parentDigest,
            String digest,
            List<TensorState> tensors,
            Instant committedAt,
            Provenance provenance) {
        this(
                model, number, intent, change, parentDigest, digest, tensors, committedAt, provenance, Optional.empty(),
                Optional.empty());
    }

    /** The same version, not announced by itself if there is a reason. */
    public Version heldFor(Optional<Held> why) {
        return new Version(model, number, intent, change, parentDigest, digest, tensors, committedAt, provenance, why, origin);
    }

    /** The digest of version {@code number - 1}; for version 1 the base model's. */
    public String predecessorDigest() {
        return change instanceof Change.Rebased rebased ? rebased.predecessor() : parentDigest;
    }

    /** What a gate found. */
    public record Held(Failure code, String message) {
        public Held {
            requireNonNull(code, "code");
            requireNonNull(message, "message");
        }
    }

    /** A version of another line. */
    public record Origin(String model, long number) {
        public Origin {
            requireNonNull(model, "model");
        }
    }

    /** How a version came about. */
    public sealed interface Change {
        /** A change that the solver made: it has payloads. */
        sealed interface Solved extends Change {
            /** The low-rank factors, on the deltas topic. */
            PayloadRef delta();

            /** The solver's half, on the keys topic: key and value of each pair, per layer. */
            PayloadRef pairs();
        }

        /**
         * A delta on top of the parent.
         *
         * @param in facts written, in the order of the batch
         * @param out keys of live facts that were taken out first: replaced or retracted
         * @param rewritten keys of live facts that stay as they are, but whose pair was made anew, since they share a key with a fact
         *     that came in or went out; records from before there were any have none
         * @param delta the low-rank factors, on the deltas topic
         * @param pairs the solver's half, on the keys topic: key and value for each fact written or rewritten, per layer
         */
        record Edited(List<LiveFact> in, List<FactKey> out, List<FactKey> rewritten, PayloadRef delta, PayloadRef pairs)
                implements Solved {
            public Edited {
                requireNonNull(delta, "delta");
                requireNonNull(pairs, "pairs");
                in = List.copyOf(in);
                out = List.copyOf(out);
                rewritten = rewritten == null ? List.of() : List.copyOf(rewritten);
            }
        }

        /**
         * All live facts at once, on top of the base model: what is live stays so and was written where it was, but from here on the
         * weights are made of the base and this delta.
         *
         * @param predecessor digest of the version before
         * @param pairs of every live fact
         */
        record Rebased(String reason, String predecessor, PayloadRef delta, PayloadRef pairs) implements Solved {
            public Rebased {
                requireNonNull(reason, "reason");
                requireNonNull(predecessor, "predecessor");
                requireNonNull(delta, "delta");
                requireNonNull(pairs, "pairs");
            }
        }

        /** The weights and the live set of an earlier version again. */
        record RolledBack(long to, String reason) implements Change {
            public RolledBack {
                requireNonNull(reason, "reason");
            }
        }
    }
}
