package dev.errata.memit;

import java.util.Optional;

/**
 * Where targets of the base model are kept, so that each is searched once: a retry, a bisected batch, a revision back to an earlier
 * object and a rebase find them here.
 *
 * <p>A cache: it may lose anything at any time and then costs a search. It must never give a target under another key than it was kept
 * under, and never fail an edit; what goes wrong inside it is its own to report.
 *
 * <h2>Thread safety</h2> Implementations are safe.
 */
public interface TargetStore {
    /** Keeps nothing. */
    TargetStore NONE = new TargetStore() {
        @Override
        public Optional<KeptTarget> find(TargetKey key) {
            return Optional.empty();
        }

        @Override
        public void keep(TargetKey key, KeptTarget target) {
            // Nothing is to be found here.
        }
    };

    Optional<KeptTarget> find(TargetKey key);

    /** Two targets that are kept under one key are equal but for rounding; either may be found. */
    void keep(TargetKey key, KeptTarget target);
}
