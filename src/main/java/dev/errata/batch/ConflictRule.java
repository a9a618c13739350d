package dev.errata.batch;

/** What happens to a change that claims another object for a fact key than another source does ({@code errata.conflict}). */
public enum ConflictRule {
    /** The later arrival wins, in a later batch; its outcome says what it replaced. */
    LATER,
    /** The later arrival is rejected as {@link dev.errata.failure.Failure#FACT_CONFLICT}. */
    REJECT
}
