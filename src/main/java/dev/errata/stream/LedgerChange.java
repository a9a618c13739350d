package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.fact.FactKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How the ledger changes: which version wrote the fact that is live under a key, or that none is live any more. */
public sealed interface LedgerChange {
    FactKey key();

    /** What an edit changes: what it takes out and does not write again is removed, the rest written. */
    static List<LedgerChange> of(long version, Edited edited) {
        Set<FactKey> written = edited.in().stream().map(LiveFact::key).collect(Collectors.toSet());
        List<LedgerChange> changes = new ArrayList<>();
        edited.out().stream().filter(key -> !written.contains(key)).forEach(key -> changes.add(new Removed(key)));
        edited.in().forEach(fact -> changes.add(new Written(version, fact)));
        return changes;
    }

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
