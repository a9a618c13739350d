package dev.errata.memit;

import java.util.Locale;

/** Hears how far an edit has come. Called on the editing thread. */
public interface Progress {
    /** Hears nothing. */
    Progress NONE = (phase, done, of) -> {};

    /** What takes time in an edit, in the order in which it is first done; for each block keys, solve and apply come again. */
    enum Phase {
        /** Searching targets; counted in facts. */
        TARGETS,
        /** Reading keys and current states; counted in blocks. */
        KEYS,
        /** Solving for the change of a block; counted in blocks. */
        SOLVE,
        /** Applying a block's encoded change to its tensor; counted in blocks. */
        APPLY;

        /** The phase's name in {@link EditResult.Edited#seconds}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code done} of {@code of} are done. */
    void at(Phase phase, int done, int of);
}
