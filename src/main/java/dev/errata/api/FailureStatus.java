package dev.errata.api;

import dev.errata.failure.Failure;
import jakarta.ws.rs.core.Response.Status;

/** Which HTTP status a failure has. Complete on purpose: a new failure must be given its place here before anything compiles. */
final class FailureStatus {
    private FailureStatus() {}

    static Status of(Failure failure) {
        return switch (failure) {
            case FACT_UNREADABLE,
                    FACT_TOO_LARGE,
                    SUBJECT_NOT_IN_PROMPT,
                    SUBJECT_EMPTY,
                    OBJECT_EMPTY,
                    RELATION_EMPTY,
                    FACT_TOO_MANY_TOKENS,
                    INTENT_UNREADABLE,
                    REQUEST_INVALID -> Status.BAD_REQUEST;
            case UNAUTHENTICATED -> Status.UNAUTHORIZED;
            case FORBIDDEN -> Status.FORBIDDEN;
            case VERSION_UNKNOWN, TAG_UNKNOWN, FACT_NOT_LIVE -> Status.NOT_FOUND;
            case FACT_CONFLICT, TAG_IMMUTABLE, VERSION_NOT_HELD, LINE_EXISTS -> Status.CONFLICT;
            case NOT_READY, BACK_PRESSURE, LOG_UNREACHABLE, SNAPSHOTS_UNREACHABLE, COMMIT_ABORTED, COMMIT_UNKNOWN, WORKER_FENCED ->
                    Status.SERVICE_UNAVAILABLE;
            case TARGET_NOT_FINITE,
                    TARGET_NOT_CONVERGED,
                    EDIT_NOT_FINITE,
                    EDIT_FAILED,
                    GUARD_PERPLEXITY,
                    GUARD_DRIFT,
                    GUARD_GROWTH,
                    GUARD_CAPACITY,
                    GATE_SCORE,
                    GATE_REBASE,
                    REBASE_INCOMPLETE,
                    MODEL_CONFIG_INVALID,
                    MODEL_ARCHITECTURE_UNKNOWN,
                    SAFETENSORS_INVALID,
                    FILE_NOT_WRITTEN,
                    TENSOR_MISSING,
                    TENSOR_SHAPE_MISMATCH,
                    TOKENIZER_INVALID,
                    HYPER_PARAMETERS_INVALID,
                    CONTEXTS_INVALID,
                    COVARIANCE_MISMATCH,
                    COVARIANCE_SINGULAR,
                    DELTA_INVALID,
                    CHUNK_INVALID,
                    VERSION_CHAIN_BROKEN,
                    EXPORT_INVALID,
                    RECORD_UNREADABLE,
                    TOPIC_MISMATCH,
                    SETTING_INVALID,
                    INTERNAL -> Status.INTERNAL_SERVER_ERROR;
        };
    }
}
