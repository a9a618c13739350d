package dev.errata.stream;

import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.List;

/**
 * The accumulator's side of the log: the facts topic, what it remembers from before, and the one way to commit.
 *
 * <p>Opening it makes the caller the only accumulator of its model line, as with {@link EditLog}. Call {@link #recall} once, then
 * {@link #poll}, hand everything to the accumulator, and {@link #commit} what it asks for.
 *
 * <p>After any exception the log must be closed and another opened; nothing is tried again inside.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
public interface IntakeLog extends AutoCloseable {
    /**
     * What an accumulator needs to go on where the last commit left off.
     *
     * @throws dev.errata.failure.ErrataException RECORD_UNREADABLE or LOG_UNREACHABLE
     */
    IntakeMemory recall();

    /** From now on this record is unreadable for that reason: whoever tries to take it in fails. */
    void giveUp(Position position, Failure code, String message);

    /**
     * What arrived, in the order of each partition, waiting for something no longer than {@code wait}; nothing while paused.
     *
     * @param most so many records, 1 or more
     */
    List<Received> poll(Duration wait, int most);

    /** The same, as many as there are. */
    default List<Received> poll(Duration wait) {
        return poll(wait, Integer.MAX_VALUE);
    }

    /**
     * Makes visible together or not at all: outcomes, sealed batches, the memory of these effects, a dead letter for everything
     * unreadable since the last commit, and that everything polled is consumed. Does nothing where there is nothing to say.
     *
     * @param effects of everything polled since the last commit, and of the time that has passed, in their order
     * @throws dev.errata.failure.ErrataException WORKER_FENCED, COMMIT_ABORTED or COMMIT_UNKNOWN as with {@link EditLog#commit}
     */
    void commit(List<Effect> effects);

    /** Records of the facts topic that were not polled yet, as far as the broker has told. */
    long lag();

    /** Takes nothing more in until {@link #resume}; for when too much is pending. */
    void pause();

    void resume();

    @Override
    void close();
}
