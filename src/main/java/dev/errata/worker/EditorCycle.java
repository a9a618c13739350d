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
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.Version.Change.Solved;
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
import dev.errata.stream.Decision;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import dev.errata.stream.Operation;
import dev.errata.stream.Operation.Result.Declined;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Intents in, versions out. {@link #edit} is the whole of Errata as a recipe.
 *
 * <p>Everything is computed on copies, outside any transaction; then one short transaction makes delta, pairs, version, evaluation,
 * outcomes, ledger and the intent's offset visible together; then the copies become the current weights; then the head is announced. A
 * failure before the commit leaves no trace; a crash after it is repaired when the next cycle recovers, which also announces again.
 *
 * <p>A version that the gate holds is not announced, and nothing is built on it, until an operator has decided about it.
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
    /** The newest version, while it waits for an operator. */
    private Optional<Version> held;

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
        this.held = newest().filter(version -> version.held().isPresent() && !released(version));
        announce();
        workshop.listener().recovered(chain.head());
        held.ifPresent(workshop.listener()::held);
        standings.recovered(standing);
    }

    private Optional<Version> newest() {
        return chain.head() == 0 ? Optional.empty() : Optional.of(chain.get(chain.head()));
    }

    private boolean released(Version version) {
        return log.decision(version.number(), Duration.ZERO).filter(Decision::released).isPresent();
    }

    @Override
    public void turn() {
        if (held.isPresent()) {
            Version version = held.get();
            log.decision(version.number(), WAIT).ifPresent(decision -> decide(version, decision));
            return;
        }
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
        } else if (intent.get() instanceof Intent.Rebase rebase) {
            rebase(rebase);
        }
    }

    private void decide(Version version, Decision decision) {
        held = Optional.empty();
        if (decision.released()) {
            announce();
        } else {
            back(decision.id(), version.number() - 1, decision.reason(), commit -> log.commit(decision, commit));
        }
        workshop.listener().decided(version, decision);
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
                        chain, intent.id(), change, edited.weights(), workshop.clock().instant(), stopwatch.seconds())
                .heldFor(workshop.gate().afterEdit(candidate.measured()));

        // 6. One transaction, 7. swap, 8. announce.
        List<Outcome> outcomes = plan.outcomes(version.number(), settled.rejected());
        List<Failure> warnings = candidate.warnings().stream().map(Guards.Warning::code).distinct().toList();
        Evaluation evaluation = evaluation(version, candidate.measured(), candidate.growth(), warnings);
        Commit commit = Commit.of(version, delta, pairs, evaluation, outcomes, LedgerDiff.between(chain, version));
        finish(commit, candidate.standing(), log::commit);
    }

    private Fate.Rejected ended() {
        String expected = " (expected: " + (2 * workshop.patience().attempts() - 1) + " at most; the editor or its process failed in each)";
        return new Fate.Rejected(Failure.EDIT_FAILED, "attempts: " + log.attempts() + expected);
    }

    private void rollback(Intent.Rollback intent) {
        if (intent.to() < 0 || intent.to() > chain.head()) {
            String expected = " (expected: 0 to " + chain.head() + ")";
            decline(intent, new Declined(Failure.VERSION_UNKNOWN, Operation.version(intent.to()) + expected));
            return;
        }
        back(intent.id(), intent.to(), intent.reason(), log::commit);
    }

    private void back(String intent, long to, String reason, Consumer<Commit> how) {
        Stopwatch stopwatch = new Stopwatch();
        Standing target = stopwatch.time("replay", () -> standings.at(to));
        Map<FactKey, Live> live = chain.live(to);
        Measured measured = stopwatch.time("evaluate", () -> workshop.measure(target.weights(), List.of(), live.values()));
        Growth growth = stopwatch.time("evaluate", () -> workshop.growth(base, target));
        Version version = workshop.versions().next(
                chain, intent, new RolledBack(to, reason), target.weights(), workshop.clock().instant(), stopwatch.seconds());
        Evaluation evaluation = evaluation(version, measured, growth, List.of());
        finish(Commit.of(version, NONE, NONE, evaluation, List.of(), LedgerDiff.between(chain, version)), target, how);
    }

    private void rebase(Intent.Rebase intent) {
        Map<FactKey, Live> live = chain.live();
        if (live.isEmpty()) {
            back(intent.id(), 0, intent.reason(), log::commit);
            return;
        }
        Rebasing.Result result = Rebasing.of(workshop, standing, live.values(), workshop.patience().endsAt(log.attempts()));
        if (result instanceof Rebasing.Impossible impossible) {
            decline(intent, impossible.why());
            return;
        }
        Rebasing.Rebased rebased = (Rebasing.Rebased) result;
        Stopwatch stopwatch = new Stopwatch();
        stopwatch.add(rebased.seconds());
        byte[] delta = stopwatch.time("encode", () -> DeltaCodec.encode(rebased.edited().delta()));
        byte[] pairs = stopwatch.time("encode", () -> PairsCodec.encode(rebased.edited().pairs()));
        Growth growth = stopwatch.time("evaluate", () -> workshop.growth(base, rebased.standing()));
        Rebased change = new Rebased(intent.reason(), chain.digest(chain.head()), ref(delta), ref(pairs));
        Version version = workshop.versions().next(
                        chain, intent.id(), change, rebased.standing().weights(), workshop.clock().instant(), stopwatch.seconds())
                .heldFor(workshop.gate().afterRebase(rebased.before(), rebased.after()));
        Evaluation evaluation = evaluation(version, rebased.after(), growth, List.of());
        finish(Commit.of(version, delta, pairs, evaluation, List.of(), List.of()), rebased.standing(), log::commit);
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

    private void finish(Commit commit, Standing next, Consumer<Commit> how) {
        Version version = commit.version().orElseThrow();
        // Checked before it is published: what this chain would refuse, every reader would.
        chain.check(version);
        how.accept(commit);
        chain.append(version);
        keep(version, commit.delta(), commit.pairs());
        standing = next;
        held = Optional.of(version).filter(made -> made.held().isPresent());
        announce();
        standing = standings.after(version, next);
        held.ifPresent(workshop.listener()::held);
        workshop.listener().evaluated(commit.evaluation().orElseThrow());
        workshop.listener().committed(version, commit.outcomes());
    }

    private void decline(Intent intent, List<Outcome> outcomes) {
        log.commit(Commit.without(outcomes));
        workshop.listener().declined(intent, outcomes);
    }

    private void decline(Intent intent, Declined why) {
        log.commit(Commit.declined(why));
        workshop.listener().declined(intent, why);
    }

    /** Of a version that is held, the one before it. */
    private void announce() {
        long head = held.isPresent() ? chain.head() - 1 : chain.head();
        log.announce(new Head(workshop.model(), head, chain.digest(head), workshop.clock().instant()));
    }

    /** What the next edit starts from. */
    public Standing standing() {
        return standing;
    }

    private void keep(Version version, byte[] delta, byte[] pairs) {
        if (version.change() instanceof Solved solved) {
            workshop.disk().payloads().put(solved.delta(), delta);
            workshop.disk().payloads().put(solved.pairs(), pairs);
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
