package dev.errata.worker;

import dev.errata.batch.Batch;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Live;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Outcome.Replaced;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a batch asks of the model, given the facts that are live: which to write, which to take out, which to turn down. */
record EditPlan(Batch batch, List<LiveFact> in, List<FactKey> retracted, Map<FactKey, Live> live) {

    static EditPlan of(Batch batch, Map<FactKey, Live> live) {
        List<LiveFact> in = new ArrayList<>();
        List<FactKey> retracted = new ArrayList<>();
        for (Arrival arrival : batch.arrivals()) {
            if (arrival.change() instanceof Asserted asserted) {
                in.add(LiveFact.of(asserted));
            } else if (arrival.change() instanceof Retracted retraction && live.containsKey(retraction.key())) {
                retracted.add(retraction.key());
            }
        }
        return new EditPlan(batch, List.copyOf(in), List.copyOf(retracted), live);
    }

    /** What can be tried: every change but retractions of what is not live. Those that only take out come first: they need no room. */
    List<FactKey> changes() {
        List<FactKey> changes = new ArrayList<>(retracted);
        in.forEach(fact -> changes.add(fact.key()));
        return changes;
    }

    /** The same batch with these of its changes alone; its outcomes are still those of the whole. */
    EditPlan keeping(Set<FactKey> changes) {
        return new EditPlan(
                batch,
                in.stream().filter(fact -> changes.contains(fact.key())).toList(),
                retracted.stream().filter(changes::contains).toList(),
                live);
    }

    /**
     * The outcome of every change of the batch, once {@code version} holds what was not rejected.
     *
     * @param rejected facts that could not be written, by key
     */
    List<Outcome> outcomes(long version, Map<FactKey, Fate.Rejected> rejected) {
        return batch.arrivals().stream().map(arrival -> outcome(arrival, fate(arrival, version, rejected))).toList();
    }

    /** The outcome of every change of the batch when no version came of it because each was turned down for a reason of its own. */
    List<Outcome> declined(Map<FactKey, Fate.Rejected> rejected) {
        return batch.arrivals().stream()
                .map(arrival -> outcome(arrival, rejection(arrival, rejected).orElseThrow(() ->
                        new IllegalStateException(arrival.change().event() + " has no outcome (expected: each was rejected)"))))
                .toList();
    }

    /** The same when the batch as a whole is turned down. */
    List<Outcome> declined(Fate.Rejected whole) {
        return batch.arrivals().stream()
                .map(arrival -> outcome(arrival, rejection(arrival, Map.of()).orElse(whole)))
                .toList();
    }

    private Fate fate(Arrival arrival, long version, Map<FactKey, Fate.Rejected> rejected) {
        Optional<Fate.Rejected> rejection = rejection(arrival, rejected);
        if (rejection.isPresent()) {
            return rejection.get();
        }
        return new Fate.Applied(version, Optional.ofNullable(live.get(arrival.change().key())).map(EditPlan::replaced));
    }

    private Optional<Fate.Rejected> rejection(Arrival arrival, Map<FactKey, Fate.Rejected> rejected) {
        FactKey key = arrival.change().key();
        if (arrival.change() instanceof Retracted && !live.containsKey(key)) {
            return Optional.of(new Fate.Rejected(Failure.FACT_NOT_LIVE, "fact: " + key + " (expected: a live fact to retract)"));
        }
        return Optional.ofNullable(rejected.get(key));
    }

    private static Replaced replaced(Live live) {
        return new Replaced(live.fact().event(), live.fact().fact().object(), live.version());
    }

    private static Outcome outcome(Arrival arrival, Fate fate) {
        return new Outcome(arrival.change().event(), arrival.change().key(), arrival.position(), fate);
    }
}
