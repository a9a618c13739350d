package dev.errata.evaluation;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a version was measured to answer, committed with it.
 *
 * @param versionDigest digest of the version's edited tensors, so that the measurement names weights and not only a number
 * @param written scores of the facts that this version wrote
 * @param retained scores of a sample of the facts that were live before; empty where there were none
 * @param drift empty where no fixed text is configured
 * @param growth empty in evaluations that were written before growth was measured
 * @param warnings the guards that this version is near to
 */
public record Evaluation(
        String model,
        long version,
        String versionDigest,
        Instant evaluatedAt,
        Scores written,
        Optional<Scores> retained,
        Optional<Drift> drift,
        Optional<Growth> growth,
        List<Failure> warnings) {
    public Evaluation {
        requireNonNull(model, "model");
        requireNonNull(versionDigest, "versionDigest");
        requireNonNull(evaluatedAt, "evaluatedAt");
        requireNonNull(written, "written");
        requireNonNull(retained, "retained");
        requireNonNull(drift, "drift");
        requireNonNull(growth, "growth");
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }
}
