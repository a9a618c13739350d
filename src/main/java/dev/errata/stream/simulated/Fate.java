package dev.errata.stream.simulated;

/** What shall happen to one process and its clients. Asked at every call, in the order of the calls. */
public interface Fate {
    /** How a request to commit ends. */
    enum Commit {
        ANSWERED,
        /** It was carried out, and nobody hears of it. */
        ANSWER_LOST,
        /** It is on its way; it may come late or never. */
        REQUEST_LATE
    }

    /** All is well. */
    Fate KIND = new Fate() {};

    /** A call is about to be made or was just made: may end the process by an {@link Error}, or let others act meanwhile. */
    default void step(String call) {}

    /** Whether the process has ended, so that its clients do nothing any more. */
    default boolean dead() {
        return false;
    }

    /** Whether the broker does not answer this call in time. */
    default boolean timesOut(String call) {
        return false;
    }

    /** Whether a record that is sent does not arrive. */
    default boolean losesSend() {
        return false;
    }

    default Commit commit() {
        return Commit.ANSWERED;
    }

    /** How many records one poll brings, at most {@code most}; 0 brings none this time. */
    default int polled(int most) {
        return most;
    }
}
