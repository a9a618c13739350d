package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of the audit: who did what to which object when, and whether it was taken.
 *
 * <p>It is committed with what it tells of or not at all. So it is also what holds an editor: the newest {@link Action#PAUSE} or
 * {@link Action#RESUME} that was accepted counts; and what decides about a held version: of {@link Action#RELEASE} and
 * {@link Action#REJECT} the first that was accepted.
 *
 * @param id names it; that of a rollback, rebase or reject is its intent's, which the
 *     version names that came of it
 * @param object what it is done to: {@code version 3}, {@code fact Angola / P30}, {@code facts}, {@code editor}
 * @param reason in the operator's words; may be empty
 */
public record Operation(String id, Operator by, Action action, String object, String reason, Instant at, Result result) {
    private static final String VERSION = "version ";

    public Operation {
        requireNonNull(id, "id");
        requireNonNull(by, "by");
        requireNonNull(action, "action");
        requireNonNull(object, "object");
        requireNonNull(reason, "reason");
        requireNonNull(at, "at");
        requireNonNull(result, "result");
    }

    /** What an operator can do. */
    public enum Action {
        /** Bring a version back. */
        ROLLBACK,
        /** Seal the facts that wait. */
        FLUSH,
        /** Let the editor take no further intent. */
        PAUSE,
        /** Let it go on. */
        RESUME,
        /** Write all live facts again from the base. */
        REBASE,
        /** Announce a held version. */
        RELEASE,
        /** Go back behind a held version. */
        REJECT,
        /** Name a version. */
        TAG,
        /** Take a fact out of the model. */
        RETRACT,
        /** Let another line begin with a version of this one. */
        BRANCH
    }

    /** What came of it. */
    public sealed interface Result {
        /** It stands in the log. */
        record Accepted() implements Result {}

        /** It was not and will not be done. */
        record Declined(Failure code, String message) implements Result {
            public Declined {
                requireNonNull(code, "code");
                requireNonNull(message, "message");
            }
        }
    }

    public boolean accepted() {
        return result instanceof Result.Accepted;
    }

    /** What a version is called as the object of an operation. */
    public static String version(long number) {
        return VERSION + number;
    }

    /** What this decides about a held version; empty where it decides nothing. */
    public Optional<Decision> decision() {
        boolean decides = accepted() && (action == Action.RELEASE || action == Action.REJECT) && object.matches(VERSION + "[0-9]{1,18}");
        return decides
                ? Optional.of(new Decision(id, Long.parseLong(object.substring(VERSION.length())), action == Action.RELEASE, reason))
                : Optional.empty();
    }

    /** Whether the editor is held after this, if it was so before. */
    public boolean paused(boolean before) {
        boolean decides = accepted() && (action == Action.PAUSE || action == Action.RESUME);
        return decides ? action == Action.PAUSE : before;
    }
}
