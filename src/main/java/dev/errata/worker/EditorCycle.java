package dev.errata.worker;

import dev.errata.batch.Batch;
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
import dev.errata.memit.LiveSet;
import dev.errata.stream.Commit;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final LiveSet none;
    private Standing standing;

    /** Takes the line over and recovers from the log. The cycle owns {@code log}; the workshop outlives it. */
    public EditorCycle(EditLog log, Workshop workshop) {
        this.log = log;
        this.workshop = workshop;
        this.base = workshop.editor().baseWeights();
        this.none = workshop.editor().emptyLiveSet();
        this.chain = new VersionChain(
                workshop.model(), base.values().stream().collect(Collectors.toMap(EditedTensor::name, EditedTensor::digest)));
        log.replay((version, delta, pairs) -> {
            chain.append(version);
            keep(version, delta, pairs);
        });
        this.standing = Standing.at(chain.head(), chain, base, none, workshop.payloads());
        announce();
        workshop.listener().recovered(chain.head());
    }

    @Override
    public void turn() {
        // 1. Take the next intent.
        Optional<Intent> intent = log.next(WAIT);
        if (intent.isEmpty()) {
            return;
        }
        workshop.listener().started(intent.get(), log.waiting());
        if (intent.get() instanceof Intent.Edit edit) {
            edit(edit);
        } else if (intent.get() instanceof Intent.Rollback rollback) {
            rollback(rollback);
        }
    }

    private void edit(Intent.Edit intent) {
        Batch batch = intent.batch();
        EditPlan plan = EditPlan.of(batch, chain.live());
        Stopwatch stopwatch = new Stopwatch();

        // 2. Compute on copies: targets, keys, solve. The weights come from the encoded factors.
        Optional<EditResult> result = compute(plan, intent);
        if (result.isEmpty()) {
            return;
        }
        Map<FactKey, Fate.Rejected> rejected = rejections(result.get());
        if (!(result.get() instanceof EditResult.Edited edited)) {
            decline(intent, plan.declined(rejected));
            return;
        }
        stopwatch.add(edited.seconds());

        // 3. Evaluate the candidate.
        Standing candidate = new Standing(edited.weights(), edited.live());
        Measured measured = stopwatch.time("evaluate", () -> workshop.measure(edited.weights(), edited.in(), staying(edited)));
        Growth growth = stopwatch.time("evaluate", () -> workshop.growth(base, candidate));

        // 4. Check the guards.
        Guards.Verdict verdict = workshop.guards().check(measured, growth, !edited.in().isEmpty());
        verdict.warnings().forEach(workshop.listener()::warned);
        if (verdict.rejected().isPresent()) {
            decline(intent, plan.declined(verdict.rejected().get(), rejected));
            return;
        }

        // 5. Encode.
        byte[] delta = stopwatch.time("encode", () -> DeltaCodec.encode(edited.delta()));
        byte[] pairs = stopwatch.time("encode", () -> PairsCodec.encode(edited.pairs()));
        Edited change = new Edited(edited.in(), edited.out(), edited.rewritten(), ref(delta), ref(pairs));
        Version version = workshop.versions().next(
                chain, intent.id(), change, edited.weights(), workshop.clock().instant(), stopwatch.seconds());

        // 6. One transaction, 7. swap, 8. announce.
        List<Outcome> outcomes = plan.outcomes(version.number(), rejected);
        List<Failure> warnings = verdict.warnings().stream().map(Guards.Warning::code).distinct().toList();
        commit(version, delta, pairs, evaluation(version, measured, growth, warnings), outcomes, candidate);
    }

    private Optional<EditResult> compute(EditPlan plan, Intent.Edit intent) {
        try {
            PacedProgress progress = new PacedProgress(workshop.listener(), workshop.clock());
            EditResult result = workshop.editor().edit(standing.live(), standing.weights(), plan.in(), plan.retracted(), progress);
            workshop.listener().targets(result.targets());
            return Optional.of(result);
        } catch (ErrataException e) {
            if (e.failure() != Failure.EDIT_NOT_FINITE) {
                throw e;
            }
            decline(intent, plan.declined(new Fate.Rejected(e.failure(), e.getMessage()), Map.of()));
            return Optional.empty();
        }
    }

    private void rollback(Intent.Rollback intent) {
        if (intent.to() < 0 || intent.to() > chain.head()) {
            decline(intent, List.of());
            return;
        }
        Stopwatch stopwatch = new Stopwatch();
        Standing target = stopwatch.time("replay", () -> Standing.at(intent.to(), chain, base, none, workshop.payloads()));
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

    /** Live facts that the edit neither writes nor takes out. */
    private List<Live> staying(EditResult.Edited edited) {
        Set<FactKey> moved = new HashSet<>(edited.out());
        edited.in().forEach(fact -> moved.add(fact.key()));
        return chain.live().values().stream().filter(live -> !moved.contains(live.fact().key())).toList();
    }

    private void keep(Version version, byte[] delta, byte[] pairs) {
        if (version.change() instanceof Edited edited) {
            workshop.payloads().put(edited.delta(), delta);
            workshop.payloads().put(edited.pairs(), pairs);
        }
    }

    private PayloadRef ref(byte[] payload) {
        return Chunks.ref(payload, Chunks.split(payload, workshop.chunkBytes()));
    }

    private static Map<FactKey, Fate.Rejected> rejections(EditResult result) {
        return result.rejected().stream()
                .collect(Collectors.toMap(r -> r.fact().key(), r -> new Fate.Rejected(r.code(), r.message())));
    }

    @Override
    public void close() {
        log.close();
    }
}
