package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.batch.Known;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import java.time.Instant;
import java.util.Map;

/**
 * What the accumulator's memory says of one fact change, or of the line itself. The last note of each event counts.
 *
 * @see IntakeNotes
 */
public sealed interface IntakeNote {
    /** Numbers the changes that were taken in, in the order in which they were. */
    long number();

    EventId event();

    /**
     * The change has neither an outcome nor a batch yet.
     *
     * @param place number of the change that took the place in which this one stands
     * @param since when that was
     */
    record StillPending(long number, long place, Instant since, Arrival arrival) implements IntakeNote {
        public StillPending {
            requireNonNull(since, "since");
            requireNonNull(arrival, "arrival");
        }

        @Override
        public EventId event() {
            return arrival.change().event();
        }
    }

    /**
     * The line is a branch: what lies on the facts topic before these offsets is not for it.
     *
     * @param event names the note, after what the line begins with
     * @param offsets by partition; a partition that is not there begins at its beginning
     */
    record Begun(EventId event, Map<Integer, Long> offsets) implements IntakeNote {
        public Begun {
            requireNonNull(event, "event");
            offsets = Map.copyOf(offsets);
        }

        /** Before every change. */
        @Override
        public long number() {
            return -1;
        }
    }

    /** The change is somebody else's by now; it is only remembered. */
    record OnlyKnown(long number, Known change) implements IntakeNote {
        public OnlyKnown {
            requireNonNull(change, "change");
        }

        @Override
        public EventId event() {
            return change.event();
        }
    }
}
