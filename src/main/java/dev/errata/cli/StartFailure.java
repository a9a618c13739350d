package dev.errata.cli;

import dev.errata.failure.ErrataException;
import java.net.BindException;
import java.util.Optional;
import java.util.stream.Stream;

/** Why the service did not start, in the one line that helps: of a chain of causes the one that has a code, else the first one. */
final class StartFailure extends CliException {
    private StartFailure(int exitCode, String message, Throwable cause) {
        super(exitCode, message, cause);
    }

    static StartFailure of(Throwable failure) {
        Optional<ErrataException> coded = chain(failure)
                .filter(ErrataException.class::isInstance)
                .map(ErrataException.class::cast)
                .findFirst();
        if (coded.isPresent()) {
            return new StartFailure(ExitCode.of(coded.get().failure()), coded.get().failure() + ": " + coded.get().getMessage(), failure);
        }
        Throwable first = chain(failure).reduce(failure, (outer, inner) -> inner);
        if (first instanceof BindException) {
            return new StartFailure(ExitCode.BAD_INPUT, first.getMessage(), failure);
        }
        return new StartFailure(ExitCode.FAILED, "the service did not start: " + first, failure);
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
