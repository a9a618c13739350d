package dev.errata.failure;

import static java.util.Objects.requireNonNull;

/** A failure with its stable code. The message carries the offending value and what was expected. */
public class ErrataException extends RuntimeException {
    private final Failure failure;

    public ErrataException(Failure failure, String message) {
        this(failure, message, null);
    }

    public ErrataException(Failure failure, String message, Throwable cause) {
        super(message, cause);
        this.failure = requireNonNull(failure, "failure");
    }

    public Failure failure() {
        return failure;
    }
}
