package dev.errata.kills;

/** The steps at which a process can be stopped, in the words of the cycles. */
enum Step {
    /** A process that runs on. */
    NONE("nowhere"),
    INTAKE_BETWEEN_SENDS("intake, between sends"),
    INTAKE_BEFORE_COMMIT("intake, before commit"),
    INTAKE_AFTER_COMMIT("intake, after commit"),
    BEFORE_COMPUTE("before compute"),
    AFTER_COMPUTE("after compute"),
    BETWEEN_SENDS("between sends"),
    BEFORE_COMMIT("before commit"),
    AFTER_COMMIT("after commit"),
    /** The payloads are kept on disk between the commit and the swap: before each of the two. */
    BEFORE_SWAP("before swap"),
    BEFORE_ANNOUNCE("before announce"),
    AFTER_ANNOUNCE("after announce"),
    /** An edit of a part of a batch that has failed as a whole. */
    WHILE_BISECTED("while its batch is bisected"),
    /** The version that is held is committed, and nothing else has happened. */
    HELD_COMMITTED("after commit of a held version"),
    REBASE_BEFORE_COMMIT("before commit of a rebase"),
    /** The follower has the delta and has not kept it. */
    FOLLOWER_BEFORE_KEEP("follower, before keep"),
    /** The follower has the new weights and answers from the old ones. */
    FOLLOWER_BEFORE_SWAP("follower, before swap");

    private final String words;

    Step(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
