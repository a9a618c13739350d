package dev.errata.stream.simulated;

/** Bugs that can be planted in clients, to see that whoever checks a log finds them. */
public enum Misdeed {
    NONE,
    /** Consumed offsets are committed at once and not with the transaction. */
    OFFSET_OUTSIDE_TRANSACTION,
    /** A transaction that the broker has ended because it took too long is taken for committed. */
    ABORT_FORGOTTEN,
    /** Two chunks of a payload change places. */
    CHUNK_ORDER_IGNORED,
    /** Ledger records are sent outside the transaction. */
    LEDGER_FROM_LOSING_TRANSACTION,
    /** A batch whose commit was not answered is sent again under another id. */
    RETRY_WITH_FRESH_ID,
    /** A version that no intent of the log asks for, a reject's, is sent again when its commit was not answered. */
    REJECT_SENT_AGAIN,
    /** The first change of a batch is in it twice. */
    SAME_SUBJECT_TWICE,
    /** Every process has a transactional id of its own. */
    NO_FENCING,
    /** Records of open and aborted transactions are read. */
    DIRTY_READS,
    /** A commit that was not answered is taken for done. */
    UNKNOWN_IS_DONE
}
