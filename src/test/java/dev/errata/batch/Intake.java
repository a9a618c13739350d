package dev.errata.batch;

import dev.errata.batch.Effect.Kept;
import dev.errata.batch.Effect.Sealed;
import dev.errata.batch.Effect.Settled;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** An accumulator with the log that its caller would keep: what was consumed, and every effect. */
final class Intake {
    final List<Arrival> consumed = new ArrayList<>();
    final List<Effect> effects = new ArrayList<>();
    private final AccumulatorRules rules;
    private Accumulator accumulator;

    Intake(AccumulatorRules rules) {
        this.rules = rules;
        this.accumulator = new Accumulator(rules, IntakeMemory.NONE);
    }

    List<Effect> accept(Arrival arrival) {
        consumed.add(arrival);
        return log(accumulator.accept(arrival));
    }

    List<Effect> tick(Instant now) {
        return log(accumulator.tick(now));
    }

    List<Effect> flush(Instant now) {
        return log(accumulator.flush(now));
    }

    private List<Effect> log(List<Effect> more) {
        effects.addAll(more);
        return more;
    }

    Accumulator accumulator() {
        return accumulator;
    }

    /** What the three topics hold. */
    IntakeHistory history() {
        IntakeHistory history = new IntakeHistory();
        consumed.forEach(history::consumed);
        outcomes().forEach(history::settled);
        batches().forEach(history::sealed);
        return history;
    }

    Intake restart() {
        return restart(rules);
    }

    Intake restart(AccumulatorRules with) {
        accumulator = new Accumulator(with, history().memory());
        return this;
    }

    Stream<Outcome> outcomes() {
        return effects.stream().filter(Settled.class::isInstance).map(effect -> ((Settled) effect).outcome());
    }

    Stream<Batch> batches() {
        return effects.stream().filter(Sealed.class::isInstance).map(effect -> ((Sealed) effect).batch());
    }

    /** All sealed changes in their order. */
    List<Arrival> sealed() {
        return batches().flatMap(batch -> batch.arrivals().stream()).toList();
    }

    List<Arrival> pending() {
        return history().memory().pending().stream().map(Pending::arrival).toList();
    }

    /** The fate that this very reading of an event was given by these effects, or null. */
    static Fate fate(List<Effect> effects, Arrival arrival) {
        for (Effect effect : effects) {
            if (effect instanceof Settled settled && settled.arrival().equals(arrival)) {
                return settled.outcome().fate();
            }
        }
        return null;
    }

    static boolean keeps(List<Effect> effects, Arrival arrival) {
        return effects.contains(new Kept(arrival));
    }

    /** The ids of the events in each batch that these effects seal, such as {@code [[a#1, b#1]]}. */
    static List<List<String>> sealed(List<Effect> effects) {
        return effects.stream()
                .filter(Sealed.class::isInstance)
                .map(effect -> ((Sealed) effect).batch().arrivals())
                .map(members -> members.stream().map(one -> one.change().event()).map(EventId::toString).toList())
                .toList();
    }
}
