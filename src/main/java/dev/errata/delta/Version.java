package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.FactKey;
import java.time.Instant;
import java.util.List;

/**
 * The model after a delta or a rollback; immutable. Version 0 is the base model and has no record.
 *
 * @param model name of the model line
 * @param number 1, 2, 3 … without a gap
 * @param intent id of the intent that this version carries out
 * @param parentDigest {@link #digest} of version {@code number - 1}; for version 1 the base model's
 * @param digest SHA-256 over {@code name=sha256} of all edited tensors in name order: equal digests mean equal weights
 * @param tensors every edited tensor, in name order
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
        Provenance provenance) {
    public Version {
        requireNonNull(model, "model");
        requireNonNull(intent, "intent");
        requireNonNull(change, "change");
        requireNonNull(parentDigest, "parentDigest");
        requireNonNull(digest, "digest");
        requireNonNull(committedAt, "committedAt");
        requireNonNull(provenance, "provenance");
        tensors = List.copyOf(tensors);
        if (number < 1) {
            throw new IllegalArgumentException("number: " + number + " (expected: 1 or more)");
        }
    }

    /** How a version came about. */
    public sealed interface Change {
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
                implements Change {
            public Edited {
                requireNonNull(delta, "delta");
                requireNonNull(pairs, "pairs");
                in = List.copyOf(in);
                out = List.copyOf(out);
                rewritten = rewritten == null ? List.of() : List.copyOf(rewritten);
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
