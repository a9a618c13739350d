package dev.errata.worker;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Growth;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult;
import dev.errata.worker.Bisection.Fits;
import dev.errata.worker.Bisection.Refused;
import dev.errata.worker.Bisection.Tried;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Tries changes of one batch on copies: compute, evaluate, check the guards. What is refused as a whole is for {@link Bisection} to part.
 *
 * <p>What an edit fails for is either the facts' (a change that is not finite, a guard) or unexpected: an engine that throws, no memory.
 * The latter ends the cycle, and the intent is tried again; only when that has happened often enough is it held against the facts. Where
 * the model as it stands cannot be measured either, the trouble is not the facts': such an attempt is not even counted.
 *
 * <h2>Thread safety</h2> One thread, for one batch.
 */
final class Trials implements Bisection.Trial<Trials.Candidate> {
    /** A version that may be committed. */
    record Candidate(
            EditResult.Edited edited, Measured measured, Growth growth, List<Guards.Warning> warnings, SortedMap<String, Double> seconds) {
        Standing standing() {
            return new Standing(edited.weights(), edited.live());
        }
    }

    private final Workshop workshop;
    private final SortedMap<String, EditedTensor> base;
    private final Standing standing;
    private final EditPlan plan;
    private final boolean isolates;
    private final Runnable excuse;

    /**
     * @param isolates whether an unexpected failure is held against facts
     * @param excuse is told of an unexpected failure that is not the facts', before it goes on
     */
    Trials(
            Workshop workshop,
            SortedMap<String, EditedTensor> base,
            Standing standing,
            EditPlan plan,
            boolean isolates,
            Runnable excuse) {
        this.workshop = workshop;
        this.base = base;
        this.standing = standing;
        this.plan = plan;
        this.isolates = isolates;
        this.excuse = excuse;
    }

    @Override
    public Tried<Candidate> of(Set<FactKey> changes) {
        try {
            return tried(plan.keeping(changes));
        } catch (RuntimeException | OutOfMemoryError e) {
            if (e instanceof ErrataException coded && coded.failure() == Failure.EDIT_NOT_FINITE) {
                return refused(coded.failure(), e.getMessage());
            }
            boolean ofTheFacts = workable();
            if (!ofTheFacts) {
                excuse.run();
            }
            if (!ofTheFacts || !isolates) {
                throw e;
            }
            return refused(Failure.EDIT_FAILED, "edit: " + e + " (expected: a change of weights)");
        }
    }

    private Tried<Candidate> tried(EditPlan part) {
        Stopwatch stopwatch = new Stopwatch();
        PacedProgress progress = new PacedProgress(workshop.listener(), workshop.clock());
        EditResult result = workshop.editor().edit(standing.live(), standing.weights(), part.in(), part.retracted(), progress);
        workshop.listener().targets(result.targets());
        Map<FactKey, Fate.Rejected> rejected = rejections(result);
        if (!(result instanceof EditResult.Edited edited)) {
            return new Fits<>(Optional.empty(), rejected);
        }
        stopwatch.add(edited.seconds());
        Measured measured = stopwatch.time("evaluate", () -> workshop.measure(edited.weights(), edited.in(), staying(edited)));
        Growth growth = stopwatch.time("evaluate", () -> workshop.growth(base, new Standing(edited.weights(), edited.live())));
        Guards.Verdict verdict = workshop.guards().check(measured, growth, !edited.in().isEmpty());
        return verdict.rejected().<Tried<Candidate>>map(reason -> new Refused<>(reason, rejected)).orElseGet(() -> new Fits<>(
                Optional.of(new Candidate(edited, measured, growth, verdict.warnings(), stopwatch.seconds())), rejected));
    }

    /** Whether the model as it stands can be measured; where it cannot, nothing can be held against facts. */
    private boolean workable() {
        try {
            proveWorkable();
            return true;
        } catch (RuntimeException | OutOfMemoryError e) {
            return false;
        }
    }

    /** Fails where even the model as it stands cannot be measured. */
    void proveWorkable() {
        workshop.measure(standing.weights(), List.of(), plan.live().values());
    }

    private static Tried<Candidate> refused(Failure code, String message) {
        return new Refused<>(new Fate.Rejected(code, message), Map.of());
    }

    /** Live facts that the edit neither writes nor takes out. */
    private Collection<Live> staying(EditResult.Edited edited) {
        Set<FactKey> moved = new HashSet<>(edited.out());
        edited.in().forEach(fact -> moved.add(fact.key()));
        return plan.live().values().stream().filter(live -> !moved.contains(live.fact().key())).toList();
    }

    private static Map<FactKey, Fate.Rejected> rejections(EditResult result) {
        return result.rejected().stream()
                .collect(Collectors.toMap(r -> r.fact().key(), r -> new Fate.Rejected(r.code(), r.message())));
    }
}
