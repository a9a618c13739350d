package dev.errata.batch;

import dev.errata.fact.EventId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that an accumulator must be given to go on where another one stopped. {@link IntakeHistory} reads it out of the log.
 *
 * <h2>Limits</h2> One {@link Known} for every event that is remembered.
 *
 * @param pending in the order of their places; every one of them is known too
 * @param known in the order in which they were read; only the order of changes of one fact key matters
 */
public record IntakeMemory(List<Pending> pending, List<Known> known) {
    public static final IntakeMemory NONE = new IntakeMemory(List.of(), List.of());

    public IntakeMemory {
        pending = List.copyOf(pending);
        known = List.copyOf(known);
        Set<EventId> events = new HashSet<>();
        known.forEach(one -> events.add(one.event()));
        for (Pending one : pending) {
            EventId event = one.arrival().change().event();
            if (!events.contains(event)) {
                throw new IllegalArgumentException("pending: " + event + " is not known (expected: every pending event is)");
            }
        }
    }
}
