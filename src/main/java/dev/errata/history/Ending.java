package dev.errata.history;

import dev.errata.fact.EventId;

/** Why a fact is live no longer. */
public sealed interface Ending {
    /** The version in which it is not live any more. */
    long version();

    /** Another fact was written under its key. */
    record Replaced(long version, EventId by, String object) implements Ending {}

    /** Nobody claims it any more. */
    record Retracted(long version, EventId by) implements Ending {}

    /** The live facts became those of an earlier version, in which it was not. */
    record RolledBack(long version, long to, String reason) implements Ending {}

    /** It was taken out, and no outcome in the log says by which event. */
    record TakenOut(long version) implements Ending {}
}
