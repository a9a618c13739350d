package dev.errata.evaluation;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What a version was measured to answer, committed with it.
 *
 * @param versionDigest digest of the version's edited tensors, so that the measurement names weights and not only a number
 * @param written scores of the facts that this version wrote
 * @param retained scores of a sample of the facts that were live before; empty where there were none
 * @param drift empty where no fixed text is configured
 */
public record Evaluation(
        String model,
        long version,
        String versionDigest,
        Instant evaluatedAt,
        Scores written,
        Optional<Scores> retained,
        Optional<Drift> drift) {
    public Evaluation {
        requireNonNull(model, "model");
        requireNonNull(versionDigest, "versionDigest");
        requireNonNull(evaluatedAt, "evaluatedAt");
        requireNonNull(written, "written");
        requireNonNull(retained, "retained");
        requireNonNull(drift, "drift");
    }
}
