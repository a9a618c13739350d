package dev.errata.cli;

/** A command that ends early, with the {@link ExitCode} and the one line that the user is to see. */
public class CliException extends RuntimeException {
    private final int exitCode;

    CliException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    CliException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
