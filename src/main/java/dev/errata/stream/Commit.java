package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import dev.errata.stream.Operation.Result.Declined;
import java.util.List;
import java.util.Optional;

/**
 * All that becomes visible at once when an intent is done.
 *
 * <p>An intent that makes no version (each of its facts was rejected, or it names an unknown version) has outcomes alone, or nothing.
 * Its arrays are shared and never changed.
 *
 * @param delta payload that the version's {@link Solved#delta} describes; empty without a version and for a rollback
 * @param pairs payload that the version's {@link Solved#pairs} describes; likewise
 * @param declined why an operator's request made no version
 */
public record Commit(
        Optional<Version> version,
        byte[] delta,
        byte[] pairs,
        Optional<Evaluation> evaluation,
        List<Outcome> outcomes,
        List<LedgerChange> ledger,
        Optional<Declined> declined) {
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
        boolean solved = version.isPresent() && version.get().change() instanceof Solved;
        if (!solved && delta.length + pairs.length > 0) {
            throw new IllegalArgumentException(
                    "payloads: " + delta.length + " and " + pairs.length + " bytes (expected: none without a delta)");
        }
        requireNonNull(declined, "declined");
        if (version.isPresent() && declined.isPresent()) {
            throw new IllegalArgumentException("declined: " + declined + " (expected: none with a version)");
        }
    }

    /** What makes a version. */
    public static Commit of(
            Version version, byte[] delta, byte[] pairs, Evaluation evaluation, List<Outcome> outcomes, List<LedgerChange> ledger) {
        return new Commit(Optional.of(version), delta, pairs, Optional.of(evaluation), outcomes, ledger, Optional.empty());
    }

    /** The end of a request that made no version. */
    public static Commit declined(Declined why) {
        return new Commit(Optional.empty(), NONE, NONE, Optional.empty(), List.of(), List.of(), Optional.of(why));
    }

    /** The end of an intent that made no version. */
    public static Commit without(List<Outcome> outcomes) {
        return new Commit(Optional.empty(), NONE, NONE, Optional.empty(), outcomes, List.of(), Optional.empty());
    }
}
