package dev.errata.stream;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import java.time.Duration;
import java.util.Optional;

/**
 * The editor's side of the log: all that was committed so far, the intents still to be carried out, and the one way to commit.
 *
 * <p>Opening it makes the caller the only editor of its model line: whoever opened it before is fenced, and all that could still have
 * been committed by them is settled before {@link #replay} reads. Call {@code replay} once, then for each intent {@link #next},
 * {@link #commit} and, where a version was made, {@link #announce}.
 *
 * <p>After any exception the log must be closed and another opened; nothing is tried again inside.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface EditLog extends AutoCloseable {
    /** Hears the history in order. */
    interface Visitor {
        /**
         * One version.
         *
         * @param delta the verified payload of an edit or a rebase; empty for a rollback
         * @param pairs likewise
         */
        void version(Version version, byte[] delta, byte[] pairs);
    }

    /**
     * Reads every version of the line so far, with its payloads.
     *
     * @throws dev.errata.failure.ErrataException CHUNK_INVALID, VERSION_CHAIN_BROKEN or RECORD_UNREADABLE where the log is not what was
     *     written; LOG_UNREACHABLE
     */
    void replay(Visitor visitor);

    /**
     * The next intent that was not committed yet, waiting for one no longer than {@code wait}; none while an operator holds the line. A
     * broken one becomes a dead letter.
     *
     * @throws dev.errata.failure.ErrataException as {@link #commit}, since attempts are counted in the log
     */
    Optional<Intent> next(Duration wait);

    /**
     * How often the intent that {@link #next} gave last was the first that an opened log gave, this time included: how often the editor
     * failed or its process ended while it was in hand, and one more. It is counted in the log, so that it outlives processes; a failure
     * at an intent that was not the first is counted from the next opening on.
     */
    int attempts();

    /** Takes the count of the intent that {@link #next} gave last back: what fails now is not its fault. Errors as {@link #commit}. */
    void excuse();

    /** How many intents lie behind the one that {@link #next} gave last, as far as the log has told; an estimate from above. */
    long waiting();

    /**
     * Commits the end of the intent that {@link #next} gave last: everything in {@code commit} and the intent's position become visible
     * together or not at all.
     *
     * @throws dev.errata.failure.ErrataException WORKER_FENCED when another editor was opened since; COMMIT_ABORTED when nothing was
     *     committed; COMMIT_UNKNOWN when only the log can tell
     */
    void commit(Commit commit);

    /**
     * What an operator decided about a version that is held, waiting for it no longer than {@code wait}; the first word counts.
     *
     * @throws dev.errata.failure.ErrataException RECORD_UNREADABLE or LOG_UNREACHABLE
     */
    Optional<Decision> decision(long version, Duration wait);

    /** Commits what a decision makes, while no intent is in hand. Errors as {@link #commit(Commit)}. */
    void commit(Decision decision, Commit commit);

    /** Tells followers which version to serve. Errors as {@link #commit}. */
    void announce(Head head);

    @Override
    void close();
}
