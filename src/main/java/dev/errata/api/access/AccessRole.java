package dev.errata.api.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do. None holds another: who publishes and looks at outcomes needs two. */
public enum AccessRole {
    /** Asks the model and sees versions, outcomes, status, audit, API description. */
    READER,
    /** Publishes fact changes. */
    PUBLISHER,
    /**
     * Does what moves or holds the model without a fact: rollback, retract, rebase, release, reject, tag, branch, flush, pause, resume.
     */
    OPERATOR;

    /** What keys and tokens call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<AccessRole> of(String label) {
        return Arrays.stream(values()).filter(role -> role.label().equals(label)).findFirst();
    }
}
