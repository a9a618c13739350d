package dev.errata.audit;

/** What holds for every log that Errata writes. The number never changes; the words are for people. */
public enum Invariant {
    ONE_OUTCOME(1, "every accepted change has exactly one outcome, every unreadable record one dead letter", ""),
    ONCE(2, "an event never changes two versions, an older revision never replaces a newer one", ""),
    NO_CONFLICT(3, "no batch holds a conflict, nor one subject twice", ""),
    TOGETHER(4, "offsets, version, evaluation, outcomes and ledger are visible together", ""),
    CHAIN(5, "versions are contiguous, each names its parent; the head is a complete version and never goes back", ""),
    REPLAY(6, "weights(n) = replay(base, deltas 1..n), bit for bit", ""),
    ROLLBACK(7, "a rollback brings weights and live facts back and is itself a version", "the solver's state is not made again"),
    ONE_WRITER(8, "one worker commits at each version, in the order of the intents", "what was aborted is not visible at all"),
    CHUNKS(9, "every chunk is there, once, in order and unaltered", ""),
    FINITE(10, "no NaN or infinity; what was rejected is in no version", "guards are not measured again"),
    LIMITS(11, "everything is within its limit", "a log shows sizes of records, batches and payloads only"),
    ANSWERS(12, "the topics alone tell which events made a version and which version wrote a fact", "");

    private final int number;
    private final String words;
    private final String limit;

    Invariant(int number, String words, String limit) {
        this.number = number;
        this.words = words;
        this.limit = limit;
    }

    /** 1 to 12, as in docs/reliability.md. */
    public int number() {
        return number;
    }

    /** What holds, in words. */
    public String words() {
        return words;
    }

    /** What of it a log alone cannot show; empty where it can show all. */
    public String limit() {
        return limit;
    }
}
