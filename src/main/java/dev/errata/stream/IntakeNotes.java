package dev.errata.stream;

import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.batch.Known;
import dev.errata.batch.Pending;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.stream.IntakeNote.OnlyKnown;
import dev.errata.stream.IntakeNote.StillPending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the accumulator's memory as notes, one for each event, so that it survives a restart in a compacted topic: the effects of every
 * commit become notes, and all notes together become {@link IntakeMemory} again. What is forgotten has no note any more.
 *
 * <p>The log cannot be asked for it otherwise: facts expire, and what is pending was consumed. What must be noted besides the change
 * is its place. A newer revision of a pending change does not queue up at the end: of the places that its fact key holds, the last one
 * is given up, and the changes of the key stand in the others in the order of their arrival. That is the accumulator's rule, followed
 * here from its effects.
 *
 * <h2>Limits</h2> Remembers pending changes only; {@link #recall} holds all notes once. <h2>Thread safety</h2> One thread.
 */
public final class IntakeNotes {
    private record Place(long number, Instant since) {}

    private record Change(long number, Arrival arrival) {}

    /** Pending changes of one fact key in the order of their arrival, and the places that they stand in; always as many. */
    private record Line(List<Change> changes, List<Place> places) {
        private Line() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        private StillPending note(int at) {
            return new StillPending(changes.get(at).number(), places.get(at).number(), places.get(at).since(), changes.get(at).arrival());
        }

        /** Where the change stands; -1 where it is not pending. */
        private int indexOf(Arrival arrival) {
            for (int at = 0; at < changes.size(); at++) {
                if (changes.get(at).arrival().position().equals(arrival.position())) {
                    return at;
                }
            }
            return -1;
        }
    }

    private final Map<FactKey, Line> lines = new HashMap<>();
    private long next;

    /**
     * The memory that these notes hold; what is noted from now on continues it. To be called once, before the first {@link #note}.
     *
     * @param notes the last one of each event
     */
    public IntakeMemory recall(Collection<IntakeNote> notes) {
        List<IntakeNote> inOrder = notes.stream().sorted(Comparator.comparingLong(IntakeNote::number)).toList();
        List<StillPending> pending = new ArrayList<>();
        List<Known> known = new ArrayList<>();
        for (IntakeNote note : inOrder) {
            if (note instanceof StillPending still) {
                pending.add(still);
                known.add(Known.of(still.arrival().change()));
            } else if (note instanceof OnlyKnown only) {
                known.add(only.change());
            }
            next = note.number() + 1;
        }
        pending.forEach(still -> line(still.arrival()).changes().add(new Change(still.number(), still.arrival())));
        pending.sort(Comparator.comparingLong(StillPending::place));
        pending.forEach(still -> line(still.arrival()).places().add(new Place(still.place(), still.since())));
        return new IntakeMemory(pending.stream().map(still -> new Pending(still.arrival(), still.since())).toList(), known);
    }

    /** What these effects change in the memory: the new note of each event that they touch, none where it is forgotten. */
    public Map<EventId, Optional<IntakeNote>> note(List<Effect> effects) {
        Map<EventId, Optional<IntakeNote>> notes = new LinkedHashMap<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Kept kept) {
                keep(kept.arrival(), notes);
            } else if (effect instanceof Effect.Settled settled) {
                settle(settled.arrival(), settled.outcome().fate(), notes);
            } else if (effect instanceof Effect.Sealed sealed) {
                sealed.batch().arrivals().forEach(arrival -> seal(arrival, notes));
            } else if (effect instanceof Effect.Forgotten forgotten) {
                notes.put(forgotten.event(), Optional.empty());
            }
        }
        return Collections.unmodifiableMap(notes);
    }

    private void keep(Arrival arrival, Map<EventId, Optional<IntakeNote>> notes) {
        Line line = line(arrival);
        line.changes().add(new Change(next, arrival));
        line.places().add(new Place(next, arrival.time()));
        next++;
        put(notes, line.note(line.changes().size() - 1));
    }

    private void settle(Arrival arrival, Fate fate, Map<EventId, Optional<IntakeNote>> notes) {
        if (fate instanceof Fate.Duplicate) {
            // Its event has a note already.
            return;
        }
        Line line = line(arrival);
        int at = line.indexOf(arrival);
        if (at < 0) {
            boolean rejected = fate instanceof Fate.Rejected;
            put(notes, new OnlyKnown(next++, rejected ? Known.rejected(arrival.change()) : Known.of(arrival.change())));
        } else {
            put(notes, new OnlyKnown(line.changes().get(at).number(), Known.of(arrival.change())));
            line.changes().remove(at);
            line.places().remove(line.places().size() - 1);
            for (int moved = at; moved < line.changes().size(); moved++) {
                put(notes, line.note(moved));
            }
        }
        dropIfEmpty(arrival, line);
    }

    private void seal(Arrival arrival, Map<EventId, Optional<IntakeNote>> notes) {
        Line line = line(arrival);
        int at = line.indexOf(arrival);
        put(notes, new OnlyKnown(line.changes().get(at).number(), Known.of(arrival.change())));
        line.changes().remove(at);
        line.places().remove(at);
        dropIfEmpty(arrival, line);
    }

    private static void put(Map<EventId, Optional<IntakeNote>> notes, IntakeNote note) {
        notes.put(note.event(), Optional.of(note));
    }

    private Line line(Arrival arrival) {
        return lines.computeIfAbsent(arrival.change().key(), any -> new Line());
    }

    private void dropIfEmpty(Arrival arrival, Line line) {
        if (line.changes().isEmpty()) {
            lines.remove(arrival.change().key());
        }
    }
}
