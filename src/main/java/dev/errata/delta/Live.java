package dev.errata.delta;

import static java.util.Objects.requireNonNull;

/** An entry of the ledger: a fact that is claimed now, and the version that wrote it. */
public record Live(long version, LiveFact fact) {
    public Live {
        requireNonNull(fact, "fact");
    }
}
