package dev.errata.batch;

import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads an accumulator's memory out of the log: the fact changes that were consumed, the outcomes, and the sealed batches.
 *
 * <p>The accumulator writes nothing of its own that it would have to read again; what it knew follows from these three topics. A change
 * is pending if it was consumed and has neither an outcome nor a batch. Its place follows from whom it superseded: a pending change that
 * is superseded hands its place on.
 *
 * <p>Feed all that the log holds up to the consumed offsets, then ask once. The three kinds may come in any order among each other;
 * changes in the order in which they were consumed, where only the order of changes of one subject is essential (the order between
 * subjects decides no more than the order within the next batch).
 *
 * <h2>Limits</h2> Holds all of it in memory. <h2>Thread safety</h2> One thread.
 */
public final class IntakeHistory {
    private final Map<Position, Arrival> consumed = new LinkedHashMap<>();
    private final Map<Position, Fate> settled = new HashMap<>();
    private final Map<Position, Arrival> sealed = new LinkedHashMap<>();

    /** A record of the facts topic that was consumed and is a fact change. */
    public void consumed(Arrival arrival) {
        consumed.put(arrival.position(), arrival);
    }

    /** A record of the outcomes topic, the worker's included: those are about sealed changes and say nothing about intake. */
    public void settled(Outcome outcome) {
        settled.put(outcome.position(), outcome.fate());
    }

    /** A batch of the intent log. Its changes are known even where the facts topic no longer keeps them. */
    public void sealed(Batch batch) {
        batch.arrivals().forEach(arrival -> sealed.put(arrival.position(), arrival));
    }

    public IntakeMemory memory() {
        return new Reading().memory();
    }

    /** One pass over the changes in their order, which puts each where the accumulator put it. */
    private final class Reading {
        private final List<Known> known = new ArrayList<>();
        private final Set<EventId> events = new HashSet<>();
        private final Map<EventId, Arrival> replaced = new HashMap<>();
        private final Lines lines = new Lines();

        private IntakeMemory memory() {
            sealed.values().stream().filter(arrival -> !consumed.containsKey(arrival.position())).forEach(this::read);
            consumed.values().forEach(this::read);
            List<Pending> pending = lines.inOrder().stream().filter(one -> !sealed.containsKey(one.arrival().position())).toList();
            return new IntakeMemory(pending, known);
        }

        private void read(Arrival arrival) {
            Fate fate = sealed.containsKey(arrival.position()) ? null : settled.get(arrival.position());
            if (fate instanceof Fate.Duplicate) {
                return;
            }
            boolean rejected = fate instanceof Fate.Rejected;
            known.add(rejected ? Known.rejected(arrival.change()) : Known.of(arrival.change()));
            events.add(arrival.change().event());
            if (fate instanceof Fate.Superseded superseded) {
                // By an event that came before it: it was an older revision and never had a place.
                if (!events.contains(superseded.by())) {
                    place(arrival);
                    replaced.put(superseded.by(), arrival);
                }
            } else if (!rejected) {
                place(arrival);
            }
        }

        private void place(Arrival arrival) {
            Arrival older = replaced.remove(arrival.change().event());
            if (older == null) {
                lines.append(arrival, arrival.time());
            } else {
                lines.replace(older, arrival);
            }
        }
    }
}
