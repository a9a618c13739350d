package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** What the intent log holds: everything that shall become a version, in one total order for each model. */
public sealed interface Intent {
    /** Names the intent for ever; a version names the intent that it came from. */
    String id();

    /** Edit the model with this batch. */
    record Edit(Batch batch) implements Intent {
        public Edit {
            requireNonNull(batch, "batch");
        }

        @Override
        public String id() {
            return batch.id();
        }
    }

    /** Write all live facts again at once, from the base model, as a new version. */
    record Rebase(String id, String reason, Instant requestedAt) implements Intent {
        public Rebase {
            requireNonNull(id, "id");
            requireNonNull(reason, "reason");
            requireNonNull(requestedAt, "requestedAt");
        }
    }

    /** Make the weights those of an earlier version again, as a new version. */
    record Rollback(String id, long to, String reason, Instant requestedAt) implements Intent {
        public Rollback {
            requireNonNull(id, "id");
            requireNonNull(reason, "reason");
            requireNonNull(requestedAt, "requestedAt");
        }
    }
}
