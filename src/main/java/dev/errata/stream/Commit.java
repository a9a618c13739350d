package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * All that becomes visible at once when an intent is done.
 *
 * <p>An intent that makes no version (each of its facts was rejected, or it names an unknown version) has outcomes alone, or nothing.
 * Its arrays are shared and never changed.
 *
 * @param delta payload that the version's {@link Edited#delta} describes; empty without a version and for a rollback
 * @param pairs payload that the version's {@link Edited#pairs} describes; likewise
 */
public record Commit(
        Optional<Version> version,
        byte[] delta,
        byte[] pairs,
        Optional<Evaluation> evaluation,
        List<Outcome> outcomes,
        List<LedgerChange> ledger) {
    private static final byte[] NONE = {};

    public Commit {
        requireNonNull(version, "version");
        requireNonNull(delta, "delta");
        requireNonNull(pairs, "pairs");
        requireNonNull(evaluation, "evaluation");
        outcomes = List.copyOf(outcomes);
        ledger = List.copyOf(ledger);
        if (version.isEmpty() && (evaluation.isPresent() || !ledger.isEmpty())) {
            throw new IllegalArgumentException("version: none, but an evaluation or changes of the ledger (expected: outcomes alone)");
        }
        if (evaluation.isPresent() && evaluation.get().version() != version.get().number()) {
            throw new IllegalArgumentException(
                    "evaluation of version " + evaluation.get().version() + " (expected: of " + version.get().number() + ")");
        }
        boolean edited = version.isPresent() && version.get().change() instanceof Edited;
        if (!edited && delta.length + pairs.length > 0) {
            throw new IllegalArgumentException(
                    "payloads: " + delta.length + " and " + pairs.length + " bytes (expected: none without an edit)");
        }
    }

    /** The end of an intent that made no version. */
    public static Commit without(List<Outcome> outcomes) {
        return new Commit(Optional.empty(), NONE, NONE, Optional.empty(), outcomes, List.of());
    }
}
