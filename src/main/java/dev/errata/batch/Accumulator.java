package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import dev.errata.batch.Effect.Forgotten;
import dev.errata.batch.Effect.Kept;
import dev.errata.batch.Effect.Sealed;
import dev.errata.batch.Effect.Settled;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns fact changes, as they arrive, into conflict-free batches.
 *
 * <p>Sources repeat themselves, overtake themselves and contradict each other; the editor must see none of it. Every change that is
 * accepted ends in exactly one of: an outcome, a sealed batch, or pending.
 *
 * <ol>
 *   <li>An event that was seen before is a <em>duplicate</em>, whatever it says now.
 *   <li>A revision older than what this source has said of this fact key is <em>superseded</em>; an equal one counts as newer.
 *   <li>Under {@link ConflictRule#REJECT} an object that contradicts another source's standing claim is <em>rejected</em>.
 *   <li>A newer revision of a pending change takes its place and age, and the older one is <em>superseded</em>.
 *   <li>Anything else takes a place: in the open batch, or behind the changes of its subject that are pending already.
 * </ol>
 *
 * <p>A batch is sealed when it is full, aged or flushed, and the next change of each subject moves up. Changes of one fact key are
 * sealed in the order of their arrival. There is no clock and no randomness here: the same calls give the same effects, and so do the
 * same calls after a restart from {@link IntakeMemory} at any point between them.
 *
 * <p>Events are remembered up to a number ({@link AccumulatorRules}); with each change that is taken in, those that are too many are
 * forgotten. To the accumulator it is then as if they had never been.
 *
 * <h2>Limits</h2> The pending changes are not bounded here: the caller stops accepting when {@link #pending()} is too many.
 * <h2>Thread safety</h2> One thread.
 */
public final class Accumulator {
    private final AccumulatorRules rules;
    private final Claims claims;
    private final Lines lines = new Lines();

    public Accumulator(AccumulatorRules rules, IntakeMemory memory) {
        this.rules = requireNonNull(rules, "rules");
        this.claims = new Claims(rules.remembered(), rules.rememberedOfKey());
        memory.known().forEach(claims::learn);
        Set<EventId> held = new HashSet<>();
        memory.pending().forEach(pending -> held.add(pending.arrival().change().event()));
        memory.known().stream().map(Known::event).filter(event -> !held.contains(event)).forEach(claims::release);
        for (Pending pending : memory.pending()) {
            FactChange change = pending.arrival().change();
            if (pendingBefore(change).isPresent()) {
                throw new IllegalArgumentException(
                        "pending: " + change.event() + " (expected: one change of " + change.key() + " by one source)");
            }
            lines.append(pending.arrival(), pending.since());
        }
    }

    /** Takes in a change. Effects: its outcome, or that it is kept; what it supersedes; the batch that it fills. */
    public List<Effect> accept(Arrival arrival) {
        List<Effect> effects = new ArrayList<>();
        FactChange change = arrival.change();
        Optional<Fate> refusal = refusal(change);
        if (!claims.knows(change.event())) {
            claims.learn(refusal.orElse(null) instanceof Fate.Rejected ? Known.rejected(change) : Known.of(change));
            refusal.ifPresent(any -> claims.release(change.event()));
        }
        if (refusal.isPresent()) {
            effects.add(settled(arrival, refusal.get()));
        } else {
            keep(arrival, effects);
        }
        claims.forget(change.key()).forEach(event -> effects.add(new Forgotten(event)));
        return effects;
    }

    /** The fate of a change that takes no place. */
    private Optional<Fate> refusal(FactChange change) {
        if (claims.knows(change.event())) {
            return Optional.of(new Fate.Duplicate());
        }
        Optional<EventId> newer = claims.newerThan(change);
        if (newer.isPresent()) {
            return Optional.of(new Fate.Superseded(newer.get()));
        }
        return rules.conflict() == ConflictRule.REJECT ? claims.against(change).map(claim -> claim.rejects(change)) : Optional.empty();
    }

    private void keep(Arrival arrival, List<Effect> effects) {
        effects.add(new Kept(arrival));
        Optional<Arrival> older = pendingBefore(arrival.change());
        if (older.isPresent()) {
            lines.replace(older.get(), arrival);
            claims.release(older.get().change().event());
            effects.add(settled(older.get(), new Fate.Superseded(arrival.change().event())));
        } else {
            lines.append(arrival, arrival.time());
        }
        sealFull(arrival.time(), effects);
    }

    /** Seals what is aged now. To be called at {@link #deadline()} or soon after. */
    public List<Effect> tick(Instant now) {
        List<Effect> effects = new ArrayList<>();
        sealFull(now, effects);
        while (deadline().isPresent() && !now.isBefore(deadline().get())) {
            effects.add(seal(SealCause.AGED, now));
        }
        return effects;
    }

    /** Seals everything that is pending, in as many batches as it takes. */
    public List<Effect> flush(Instant now) {
        List<Effect> effects = new ArrayList<>();
        sealFull(now, effects);
        while (lines.size() > 0) {
            effects.add(seal(SealCause.FLUSHED, now));
        }
        return effects;
    }

    /** Changes that have neither an outcome nor a batch. */
    public int pending() {
        return lines.size();
    }

    /** UTF-16 units of their texts. */
    public long pendingChars() {
        return lines.chars();
    }

    /** When the oldest pending change was taken in; none while nothing is pending. It is in the open batch. */
    public Optional<Instant> oldest() {
        return lines.openSince();
    }

    /** When the open batch will be aged; none while nothing is pending. */
    public Optional<Instant> deadline() {
        return oldest().map(since -> since.plus(rules.maxAge()));
    }

    /** More than full is possible only after a restart with a smaller limit, until the next change is kept or the next tick. */
    private void sealFull(Instant now, List<Effect> effects) {
        while (lines.open() >= rules.maxFacts()) {
            effects.add(seal(SealCause.FULL, now));
        }
    }

    private Sealed seal(SealCause cause, Instant now) {
        Batch batch = Batch.of(lines.takeOpen(rules.maxFacts()), cause, now);
        batch.arrivals().forEach(arrival -> claims.release(arrival.change().event()));
        return new Sealed(batch);
    }

    private Optional<Arrival> pendingBefore(FactChange change) {
        return lines.of(change.key(), change.event().source());
    }

    private static Settled settled(Arrival arrival, Fate fate) {
        FactChange change = arrival.change();
        return new Settled(arrival, new Outcome(change.event(), change.key(), arrival.position(), fate));
    }
}
