package dev.errata.failure;

/**
 * Everything that can go wrong, by a name that never changes once released. The name is the metric label, the {@code errata-code}
 * header of a dead letter, the {@code code} of a rejected outcome and of a REST problem.
 */
public enum Failure {
    /** A record on the facts topic is no fact change: headers, JSON or schema. */
    FACT_UNREADABLE,
    /** A readable fact change breaks a limit on text length or count. */
    FACT_TOO_LARGE,
    /** The relation's prompt does not hold exactly one {@code {}} for the subject. */
    SUBJECT_NOT_IN_PROMPT,
    /** The subject is empty after normalisation. */
    SUBJECT_EMPTY,
    /** The object is empty after normalisation. */
    OBJECT_EMPTY,
    /** The relation's id is empty after normalisation: the fact key would not say which relation. */
    RELATION_EMPTY,
    /** Another source holds another object for this fact key and {@code errata.conflict=reject}. */
    FACT_CONFLICT,
    /** A retraction names a fact that is not live. */
    FACT_NOT_LIVE,
    /** The prompt with its object does not fit the model's positions. */
    FACT_TOO_MANY_TOKENS,
    /** The search for a target met NaN or infinity. */
    TARGET_NOT_FINITE,
    /** The search for a target ended with the new object still improbable. */
    TARGET_NOT_CONVERGED,
    /** An edit would have committed NaN or infinity. */
    EDIT_NOT_FINITE,
    /** An edit failed unexpectedly, again and again, as long as this fact was in it. */
    EDIT_FAILED,
    /** Perplexity on the fixed text grew beyond the guard. */
    GUARD_PERPLEXITY,
    /** Next-token distributions on the fixed text moved from the base's beyond the guard. */
    GUARD_DRIFT,
    /** An edited tensor grew away from the base's beyond the guard. */
    GUARD_GROWTH,
    /** The live set takes more of an edited tensor's room than the guard allows. */
    GUARD_CAPACITY,
    /** A score of a version is below the gate: it is held. */
    GATE_SCORE,
    /** A rebase made a score worse than the gate allows: it is held. */
    GATE_REBASE,
    /** A live fact would be rejected today, so that a rebase would lose it. */
    REBASE_INCOMPLETE,
    /** A version that is asked for does not exist or has not been reached. */
    VERSION_UNKNOWN,
    /** An operator decides about a version that is not held, or about which was decided. */
    VERSION_NOT_HELD,
    /** No tag has that name. */
    TAG_UNKNOWN,
    /** A tag that may not move stands for another version. */
    TAG_IMMUTABLE,
    /** The line that a branch would begin is there already and is not that branch. */
    LINE_EXISTS,
    /** A record on the batches topic is no intent. */
    INTENT_UNREADABLE,

    /** config.json is missing, unreadable, or lacks a field. */
    MODEL_CONFIG_INVALID,
    /** The model's architecture has no layout here. */
    MODEL_ARCHITECTURE_UNKNOWN,
    /** A safetensors file is truncated, inconsistent or of an unknown dtype. */
    SAFETENSORS_INVALID,
    /** The place where snapshots are kept does not answer, or refuses us; recovery takes longer, nothing else. */
    SNAPSHOTS_UNREACHABLE,
    /** A file could not be written: no space, no permission, no such directory. */
    FILE_NOT_WRITTEN,
    /** A tensor that the architecture needs is not in any file. */
    TENSOR_MISSING,
    /** A tensor has another shape than the configuration says. */
    TENSOR_SHAPE_MISMATCH,
    /** tokenizer.json is missing or unreadable. */
    TOKENIZER_INVALID,
    /** A hyper-parameter file is unreadable or out of range. */
    HYPER_PARAMETERS_INVALID,
    /** Context templates are unreadable or lack a {@code {}}. */
    CONTEXTS_INVALID,
    /** A covariance file was made from another model, text or set of layers, or is not one at all. */
    COVARIANCE_MISMATCH,
    /** A covariance is singular or not positive definite, even with a ridge. */
    COVARIANCE_SINGULAR,

    /** A payload of a delta or of solver pairs is not what its codec writes. */
    DELTA_INVALID,
    /** A chunk is missing, repeated, out of order or altered. */
    CHUNK_INVALID,
    /** A version does not follow its parent: number, parent digest or tensor digests. */
    VERSION_CHAIN_BROKEN,
    /** An exported directory is not what its statement says, or the statement is none. */
    EXPORT_INVALID,
    /** A topic is missing or has other partitions or cleanup than the log needs. */
    TOPIC_MISMATCH,
    /** A transaction was aborted; nothing of it is visible. */
    COMMIT_ABORTED,
    /** A commit was asked for and never answered; after recovery the log tells whether it happened. */
    COMMIT_UNKNOWN,
    /** A record on one of Errata's own topics is not what Errata writes. */
    RECORD_UNREADABLE,
    /** The broker does not answer, refuses us, or does not let the end of a topic be read. */
    LOG_UNREACHABLE,
    /** Another worker of this model has taken over. */
    WORKER_FENCED,
    /** A limit on pending work was reached. */
    BACK_PRESSURE,
    /** This process does not do what is asked of it, or is not as far yet. */
    NOT_READY,
    /** A request lacks what it needs, has a value that it cannot have, or is one of several of which none was done. */
    REQUEST_INVALID,
    /** Nobody is told who asks, or the key or token is not one that is known. */
    UNAUTHENTICATED,
    /** Who asks has not the role for it. */
    FORBIDDEN,
    /** A setting has a value that it cannot have. */
    SETTING_INVALID,
    /** Anything else: a bug of ours. */
    INTERNAL
}
