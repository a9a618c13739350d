package dev.errata.cli;

import dev.errata.failure.Failure;
import java.util.EnumSet;
import java.util.Set;

/** What the exit codes mean; 0 is done. */
final class ExitCode {
    /** The command did not do what it was asked to. */
    static final int FAILED = 1;
    /** The command line, a file or a setting is not what the command needs. */
    static final int BAD_INPUT = 2;
    /** No service or broker answers. */
    static final int UNREACHABLE = 3;
    /** The service does not know who asks, or they may not do this. */
    static final int DENIED = 4;

    private static final Set<Failure> GIVEN = EnumSet.of(
            Failure.SETTING_INVALID,
            Failure.MODEL_CONFIG_INVALID,
            Failure.MODEL_ARCHITECTURE_UNKNOWN,
            Failure.SAFETENSORS_INVALID,
            Failure.TENSOR_MISSING,
            Failure.TENSOR_SHAPE_MISMATCH,
            Failure.TOKENIZER_INVALID,
            Failure.HYPER_PARAMETERS_INVALID,
            Failure.CONTEXTS_INVALID,
            Failure.COVARIANCE_MISMATCH,
            Failure.COVARIANCE_SINGULAR,
            Failure.REQUEST_INVALID,
            Failure.TOPIC_MISMATCH);

    private ExitCode() {}

    static int of(Failure failure) {
        if (failure == Failure.LOG_UNREACHABLE) {
            return UNREACHABLE;
        }
        return GIVEN.contains(failure) ? BAD_INPUT : FAILED;
    }
}
