package dev.errata.history;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a line of the log tells of: a version by its kind, or a fact change by its fate. Named as on the wire. */
public enum Status {
    EDITED("edited", true),
    REBASED("rebased", true),
    ROLLED_BACK("rolledBack", true),
    APPLIED("applied", false),
    SUPERSEDED("superseded", false),
    DUPLICATE("duplicate", false),
    REJECTED("rejected", false);

    private final String label;
    private final boolean version;

    Status(String label, boolean version) {
        this.label = label;
        this.version = version;
    }

    public String label() {
        return label;
    }

    /** Whether it is a kind of version, and not a fate. */
    public boolean isVersion() {
        return version;
    }

    static Optional<Status> known(String label) {
        return Arrays.stream(values()).filter(status -> status.label.equalsIgnoreCase(label)).findFirst();
    }

    /**
     * By its label, in any case and with dashes or without.
     *
     * @throws ErrataException REQUEST_INVALID
     */
    public static Status of(String label) {
        return known(label.replace("-", ""))
                .orElseThrow(() -> new ErrataException(
                        Failure.REQUEST_INVALID,
                        "status: \"" + label + "\" (expected: one of "
                                + Arrays.stream(values()).map(Status::label).collect(Collectors.joining(", ")) + ")"));
    }
}
