package dev.errata.worker;

import java.util.Locale;

/** What a process does; one process may play all of them ({@code errata.roles}). */
public enum Role {
    /** Turns the facts topic into sealed, conflict-free batches. */
    ACCUMULATOR,
    /** Edits the model and commits versions. At most one commits for a model. */
    WORKER,
    /** Follows the delta log in its own copy of the model and answers questions. */
    FOLLOWER,
    /** REST. */
    API;

    /** As settings, thread names and metrics spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
