package dev.errata.worker;

import dev.errata.delta.Live;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult;
import dev.errata.stream.Operation.Result.Declined;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/** Computes a rebase on copies: all live facts at once from the base, measured beside what there is. */
final class Rebasing {
    private Rebasing() {}

    sealed interface Result {}

    /**
     * It can be committed.
     *
     * @param before what the live facts score now
     * @param after what they score then
     */
    record Rebased(EditResult.Edited edited, Measured before, Measured after, SortedMap<String, Double> seconds) implements Result {
        Standing standing() {
            return new Standing(edited.weights(), edited.live());
        }
    }

    /** It would lose facts, or does not come to an end. */
    record Impossible(Declined why) implements Result {}

    /**
     * @param live every live fact, in the order in which they were written; at least one
     * @param last whether it has failed so often that it is not tried again
     */
    static Result of(Workshop workshop, Standing standing, Collection<Live> live, boolean last) {
        if (last) {
            return impossible(Failure.EDIT_FAILED, "rebase: the editor or its process failed in each attempt (expected: a version)");
        }
        EditResult result;
        try {
            PacedProgress progress = new PacedProgress(workshop.listener(), workshop.clock());
            result = workshop.editor().rebase(live.stream().map(Live::fact).toList(), progress);
        } catch (ErrataException e) {
            if (e.failure() != Failure.EDIT_NOT_FINITE) {
                throw e;
            }
            return impossible(e.failure(), e.getMessage());
        }
        workshop.listener().targets(result.targets());
        if (!(result instanceof EditResult.Edited edited) || !result.rejected().isEmpty()) {
            EditResult.Rejected first = result.rejected().get(0);
            return impossible(
                    Failure.REBASE_INCOMPLETE,
                    "live facts that would be rejected: " + result.rejected().size() + ", the first with " + first.code() + ": "
                            + first.message() + " (expected: none)");
        }
        Stopwatch stopwatch = new Stopwatch();
        stopwatch.add(edited.seconds());
        Measured before = stopwatch.time("evaluate", () -> workshop.measure(standing.weights(), List.of(), live));
        Measured after = stopwatch.time("evaluate", () -> workshop.measure(edited.weights(), List.of(), live));
        return new Rebased(edited, before, after, stopwatch.seconds());
    }

    private static Impossible impossible(Failure code, String message) {
        return new Impossible(new Declined(code, message));
    }
}
