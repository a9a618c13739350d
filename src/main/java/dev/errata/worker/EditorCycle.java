package dev.errata.worker;

import dev.errata.batch.Intent;
import dev.errata.delta.Chunks;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Live;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.Growth;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult;
import dev.errata.stream.Commit;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Intents in, versions out. {@link #edit} is the whole of Errata as a recipe.
 *
 * <p>Everything is computed on copies, outside any transaction; then one short transaction makes delta, pairs, version, evaluation,
 * outcomes, ledger and the intent's offset visible together; then the copies become the current weights; then the head is announced. A
 * failure before the commit leaves no trace; a crash after it is repaired when the next cycle recovers, which also announces again.
 *
 * <h2>Thread safety</h2> Confined to its {@link RoleThread}.
 */
public final class EditorCycle implements RoleThread.Cycle {
    private static final Duration WAIT = Duration.ofMillis(250);
    private static final byte[] NONE = {};

    private final EditLog log;
    private final Workshop workshop;
    private final VersionChain chain;
    private final SortedMap<String, EditedTensor> base;
    private final Standings standings;
    private Standing standing;

    /** Takes the line over and recovers from the log. The cycle owns {@code log}; the workshop outlives it. */
    public EditorCycle(EditLog log, Workshop workshop) {
        this.log = log;
        this.workshop = workshop;
        this.base = workshop.editor().baseWeights();
        this.chain = new VersionChain(
                workshop.model(), base.values().stream().collect(Collectors.toMap(EditedTensor::name, EditedTensor::digest)));
        this.standings = new Standings(chain, workshop.editor(), workshop.disk(), workshop.listener());
        log.replay((version, delta, pairs) -> {
            chain.append(version);
            keep(version, delta, pairs);
        });
        this.standing = standings.at(chain.head());
        announce();
        workshop.listener().recovered(chain.head());
        standings.recovered(standing);
    }

    @Override
    public void turn() {
        // 1. Take the next intent.
        Optional<Intent> intent = log.next(WAIT);
        if (intent.isEmpty()) {
            return;
        }
        workshop.listener().started(intent.get(), log.waiting(), log.attempts());
        if (intent.get() instanceof Intent.Edit edit) {
            edit(edit);
        } else if (intent.get() instanceof Intent.Rollback rollback) {
            rollback(rollback);
        }
    }

    private void edit(Intent.Edit intent) {
        EditPlan plan = EditPlan.of(intent.batch(), chain.live());
        Trials trials = new Trials(workshop, base, standing, plan, workshop.patience().isolates(log.attempts()), log::excuse);
        if (workshop.patience().endsAt(log.attempts())) {
            trials.proveWorkable();
            decline(intent, plan.declined(ended()));
            return;
        }

        // 2. Compute on copies (targets, keys, solve; the weights come from the encoded factors), 3. evaluate, 4. check the guards.
        // What the batch fails for is searched and left out.
        Bisection.Settled<Trials.Candidate> settled = Bisection.settle(plan.changes(), workshop.patience().edits(), trials);
        if (settled.edits() > 1) {
            workshop.listener().bisected(intent, settled.edits(), settled.rejected().size());
        }
        if (settled.candidate().isEmpty()) {
            decline(intent, plan.declined(settled.rejected()));
            return;
        }
        Trials.Candidate candidate = settled.candidate().get();
        candidate.warnings().forEach(workshop.listener()::warned);

        // 5. Encode.
        EditResult.Edited edited = candidate.edited();
        Stopwatch stopwatch = new Stopwatch();
        stopwatch.add(candidate.seconds());
        byte[] delta = stopwatch.time("encode", () -> DeltaCodec.encode(edited.delta()));
        byte[] pairs = stopwatch.time("encode", () -> PairsCodec.encode(edited.pairs()));
        Edited change = new Edited(edited.in(), edited.out(), edited.rewritten(), ref(delta), ref(pairs));
        Version version = workshop.versions().next(
                chain, intent.id(), change, edited.weights(), workshop.clock().instant(), stopwatch.seconds());

        // 6. One transaction, 7. swap, 8. announce.
        List<Outcome> outcomes = plan.outcomes(version.number(), settled.rejected());
        List<Failure> warnings = candidate.warnings().stream().map(Guards.Warning::code).distinct().toList();
        Evaluation evaluation = evaluation(version, candidate.measured(), candidate.growth(), warnings);
        commit(version, delta, pairs, evaluation, outcomes, candidate.standing());
    }

    private Fate.Rejected ended() {
        String expected = " (expected: " + (2 * workshop.patience().attempts() - 1) + " at most; the editor or its process failed in each)";
        return new Fate.Rejected(Failure.EDIT_FAILED, "attempts: " + log.attempts() + expected);
    }

    private void rollback(Intent.Rollback intent) {
        if (intent.to() < 0 || intent.to() > chain.head()) {
            decline(intent, List.of());
            return;
        }
        Stopwatch stopwatch = new Stopwatch();
        Standing target = stopwatch.time("replay", () -> standings.at(intent.to()));
        Map<FactKey, Live> live = chain.live(intent.to());
        Measured measured = stopwatch.time("evaluate", () -> workshop.measure(target.weights(), List.of(), live.values()));
        Growth growth = stopwatch.time("evaluate", () -> workshop.growth(base, target));
        RolledBack change = new RolledBack(intent.to(), intent.reason());
        Version version = workshop.versions().next(
                chain, intent.id(), change, target.weights(), workshop.clock().instant(), stopwatch.seconds());
        commit(version, NONE, NONE, evaluation(version, measured, growth, List.of()), List.of(), target);
    }

    private Evaluation evaluation(Version version, Measured measured, Growth growth, List<Failure> warnings) {
        return new Evaluation(
                version.model(),
                version.number(),
                version.digest(),
                workshop.clock().instant(),
                measured.written(),
                measured.retained(),
                measured.drift(),
                Optional.of(growth),
                warnings);
    }

    private void commit(Version version, byte[] delta, byte[] pairs, Evaluation evaluation, List<Outcome> outcomes, Standing next) {
        // Checked before it is published: what this chain would refuse, every reader would.
        chain.check(version);
        log.commit(new Commit(
                Optional.of(version), delta, pairs, Optional.of(evaluation), outcomes, LedgerDiff.between(chain, version)));
        chain.append(version);
        keep(version, delta, pairs);
        standing = next;
        announce();
        standing = standings.after(version, next);
        workshop.listener().evaluated(evaluation);
        workshop.listener().committed(version, outcomes);
    }

    private void decline(Intent intent, List<Outcome> outcomes) {
        log.commit(Commit.without(outcomes));
        workshop.listener().declined(intent, outcomes);
    }

    private void announce() {
        log.announce(new Head(workshop.model(), chain.head(), chain.digest(chain.head()), workshop.clock().instant()));
    }

    /** What the next edit starts from. */
    public Standing standing() {
        return standing;
    }

    private void keep(Version version, byte[] delta, byte[] pairs) {
        if (version.change() instanceof Edited edited) {
            workshop.disk().payloads().put(edited.delta(), delta);
            workshop.disk().payloads().put(edited.pairs(), pairs);
        }
    }

    private PayloadRef ref(byte[] payload) {
        return Chunks.ref(payload, Chunks.split(payload, workshop.chunkBytes()));
    }

    @Override
    public void close() {
        log.close();
    }
}
