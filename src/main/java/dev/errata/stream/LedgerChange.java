package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.LiveFact;
import dev.errata.fact.FactKey;

/** How the ledger changes: which version wrote the fact that is live under a key, or that none is live any more. */
public sealed interface LedgerChange {
    FactKey key();

    /** The fact is live, and {@code version} wrote it. */
    record Written(long version, LiveFact fact) implements LedgerChange {
        public Written {
            requireNonNull(fact, "fact");
        }

        @Override
        public FactKey key() {
            return fact.key();
        }
    }

    /** No fact is live under the key. */
    record Removed(FactKey key) implements LedgerChange {
        public Removed {
            requireNonNull(key, "key");
        }
    }
}
