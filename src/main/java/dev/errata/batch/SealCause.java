package dev.errata.batch;

/** Why a batch was sealed. */
public enum SealCause {
    /** It held as many facts as a batch may. */
    FULL,
    /** Its oldest fact had waited as long as a fact may. */
    AGED,
    /** Somebody asked for it. */
    FLUSHED
}
