package dev.errata.service;

import dev.errata.batch.Effect;
import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult;
import dev.errata.stream.Decision;
import dev.errata.stream.Operation.Result.Declined;
import dev.errata.stream.Received;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Guards;
import dev.errata.worker.Role;
import dev.errata.worker.RoleThread;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Counts and times what the cycles did, and logs one line for each batch and version. Fact text is logged at debug level alone. */
final class Meters implements CycleListener, RoleThread.Listener {
    private static final Logger LOG = Logger.getLogger(Meters.class);

    private static final String INTENT = "intent";
    private static final String VERSION = "version";

    private final MeterRegistry registry;
    private static final List<Failure> TOLD = List.of(Failure.WORKER_FENCED, Failure.COMMIT_ABORTED, Failure.COMMIT_UNKNOWN);

    private final AtomicInteger pending;
    private final AtomicLong lag;
    private final AtomicReference<Instant> oldest = new AtomicReference<>(Instant.MAX);
    private final AtomicReference<Instant> inHand = new AtomicReference<>(Instant.MAX);
    private final AtomicLong version;
    private final AtomicLong held;
    private final AtomicLong intents;
    private final Map<String, AtomicReference<Double>> gauges = new ConcurrentHashMap<>();

    Meters(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.lag = registry.gauge("errata.facts.lag", new AtomicLong());
        registry.gauge("errata.pending.oldest.seconds", oldest, since -> age(since.get(), clock));
        registry.gauge("errata.intent.age.seconds", inHand, since -> age(since.get(), clock));
        this.pending = registry.gauge("errata.pending.facts", new AtomicInteger());
        this.version = registry.gauge("errata.version", new AtomicLong());
        this.held = registry.gauge("errata.version.held", new AtomicLong());
        this.intents = registry.gauge("errata.intents.waiting", new AtomicLong());
        countFromZero();
    }

    /** What there is an alert for is there before it happens: a counter that begins with its first event has no increase. */
    private void countFromZero() {
        for (Role role : List.of(Role.ACCUMULATOR, Role.WORKER)) {
            TOLD.forEach(code -> failures(role.label(), code).increment(0));
        }
        registry.counter("errata.intents.attempts").increment(0);
        registry.counter("errata.intents.retries").increment(0);
        registry.counter("errata.bisections").increment(0);
        registry.counter("errata.dead.letters", "code", Failure.FACT_UNREADABLE.name()).increment(0);
    }

    /** Seconds since then; 0 for a time that has not come. */
    private static double age(Instant since, Clock clock) {
        Instant now = clock.instant();
        return since.isAfter(now) ? 0 : Duration.between(since, now).toMillis() / 1e3;
    }

    @Override
    public void intake(long nowLag, Optional<Instant> nowOldest) {
        lag.set(nowLag);
        oldest.set(nowOldest.orElse(Instant.MAX));
    }

    @Override
    public void accumulated(List<Received> received, List<Effect> effects, int nowPending) {
        pending.set(nowPending);
        registry.counter("errata.facts.read").increment(received.size());
        for (Received record : received) {
            if (record instanceof Received.Unreadable unreadable) {
                registry.counter("errata.dead.letters", "code", unreadable.code().name()).increment();
                LOG.warnf("dead letter: facts %s is no fact change: %s", unreadable.position(), unreadable.code());
            }
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.Settled settled) {
                outcome(settled.outcome());
            } else if (effect instanceof Effect.Sealed sealed) {
                String cause = sealed.batch().cause().name().toLowerCase(Locale.ROOT);
                registry.counter("errata.batches", "cause", cause).increment();
                registry.summary("errata.batch.facts").record(sealed.batch().arrivals().size());
                LOG.infof("batch %s sealed: %d facts, %s", sealed.batch().id(), sealed.batch().arrivals().size(), cause);
            }
        }
    }

    @Override
    public void recovered(long recovered) {
        version.set(recovered);
        LOG.infof("recovered from the log: version %d", recovered);
    }

    @Override
    public void snapshotLost(long number, ErrataException reason) {
        LOG.warnf("no snapshot of version %d, so recovery takes longer: %s", number, reason.getMessage());
    }

    /** What the line was busy with stands in the log's context as well, where JSON logging shows it as fields. */
    @Override
    public void started(Intent intent, long waiting, int attempt) {
        intents.set(waiting);
        inHand.set(intent instanceof Intent.Edit edit ? edit.batch().sealedAt() : Instant.MAX);
        registry.counter("errata.intents.attempts").increment();
        if (attempt > 1) {
            registry.counter("errata.intents.retries").increment();
            LOG.warnf("intent %s is in hand for the %dth time: the editor failed or its process ended before", intent.id(), attempt);
        }
        MDC.put(INTENT, intent.id());
        LOG.debugf("intent %s taken up", intent.id());
    }

    @Override
    public void progress(String phase, int done, int of) {
        LOG.infof("edit: %s, %d of %d", phase, done, of);
    }

    @Override
    public void targets(EditResult.TargetCount count) {
        registry.counter("errata.targets.found").increment(count.found());
        registry.counter("errata.targets.searched").increment(count.searched());
    }

    @Override
    public void bisected(Intent intent, int edits, int rejected) {
        registry.counter("errata.bisections").increment();
        registry.counter("errata.bisection.edits").increment(edits);
        LOG.warnf("intent %s failed whole; after %d edits %d of its changes are rejected", intent.id(), edits, rejected);
    }

    @Override
    public void warned(Guards.Warning warning) {
        registry.counter("errata.guard.warnings", "code", warning.code().name()).increment();
        LOG.warnf("%s is near: %s", warning.code(), warning.message());
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        evaluation.drift().ifPresent(drift -> {
            gauge("errata.perplexity.ratio", Tags.empty(), drift.perplexity() / drift.basePerplexity());
            gauge("errata.drift", Tags.empty(), drift.meanKl());
        });
        evaluation.growth().ifPresent(growth -> {
            gauge("errata.live.pairs", Tags.empty(), growth.pairs());
            growth.tensors().forEach((name, tensor) -> {
                Tags tags = Tags.of("tensor", name);
                gauge("errata.weights.change.norm", tags, tensor.changeNorm());
                gauge("errata.weights.norm", tags, tensor.norm());
                gauge("errata.weights.change.ratio", tags, tensor.changeRatio());
                gauge("errata.live.leverage", tags, tensor.leverage().orElse(Double.NaN));
                gauge("errata.live.eigenvalue", tags, tensor.smallestEigenvalue().orElse(Double.NaN));
            });
        });
    }

    /** What was last measured. */
    private void gauge(String name, Tags tags, double value) {
        gauges.computeIfAbsent(name + tags, key -> {
            AtomicReference<Double> last = new AtomicReference<>(value);
            registry.gauge(name, tags, last, AtomicReference::get);
            return last;
        }).set(value);
    }

    @Override
    public void committed(Version committed, List<Outcome> outcomes) {
        version.set(committed.number());
        inHand.set(Instant.MAX);
        registry.counter("errata.versions").increment();
        committed.provenance().seconds().forEach((phase, seconds) ->
                registry.timer("errata.edit.phase", "phase", phase).record(Duration.ofNanos((long) (seconds * 1e9))));
        outcomes.forEach(this::outcome);
        MDC.put(VERSION, committed.number());
        LOG.infof(
                "version %d committed for intent %s: %d outcomes, digest %.12s",
                committed.number(), committed.intent(), outcomes.size(), committed.digest());
        MDC.remove(VERSION);
        MDC.remove(INTENT);
    }

    @Override
    public void declined(Intent intent, List<Outcome> outcomes) {
        inHand.set(Instant.MAX);
        outcomes.forEach(this::outcome);
        LOG.warnf("intent %s made no version: all of its %d changes were rejected", intent.id(), outcomes.size());
        MDC.remove(INTENT);
    }

    @Override
    public void declined(Intent intent, Declined why) {
        inHand.set(Instant.MAX);
        LOG.warnf("intent %s made no version: %s, %s", intent.id(), why.code(), why.message());
        MDC.remove(INTENT);
    }

    @Override
    public void held(Version waiting) {
        held.set(waiting.number());
        waiting.held().ifPresent(why -> LOG.warnf(
                "version %d is held, and no batch is taken up until an operator releases or rejects it: %s, %s",
                waiting.number(), why.code(), why.message()));
    }

    @Override
    public void decided(Version decided, Decision decision) {
        held.set(0);
        LOG.infof("version %d was %s by operation %s", decided.number(), decision.released() ? "released" : "rejected", decision.id());
    }

    @Override
    public void failed(String role, Failure failure) {
        failures(role, failure).increment();
    }

    private Counter failures(String role, Failure failure) {
        return registry.counter("errata.role.failures", "role", role, "code", failure.name());
    }

    private void outcome(Outcome outcome) {
        String name = outcome.fate().getClass().getSimpleName().toLowerCase(Locale.ROOT);
        String code = outcome.fate() instanceof Outcome.Fate.Rejected rejected ? rejected.code().name() : "none";
        registry.counter("errata.outcomes", "outcome", name, "code", code).increment();
    }
}
