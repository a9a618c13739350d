package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Outcome;

/**
 * What the accumulator asks its caller to make durable. The effects of one call belong into one transaction, in their order, together
 * with the consumed offset; if that fails, the accumulator knows more than the log and must be thrown away.
 */
public sealed interface Effect {
    /** The change is pending: it was read, and has neither an outcome nor a batch yet. */
    record Kept(Arrival arrival) implements Effect {
        public Kept {
            requireNonNull(arrival, "arrival");
        }
    }

    /** The change has its outcome and will be in no batch. */
    record Settled(Arrival arrival, Outcome outcome) implements Effect {
        public Settled {
            requireNonNull(arrival, "arrival");
            requireNonNull(outcome, "outcome");
        }
    }

    /** The event is not remembered any more: should it come again, it is a new one. */
    record Forgotten(EventId event) implements Effect {
        public Forgotten {
            requireNonNull(event, "event");
        }
    }

    /** The changes of the batch are pending no longer; their outcomes are the worker's to give. */
    record Sealed(Batch batch) implements Effect {
        public Sealed {
            requireNonNull(batch, "batch");
        }
    }
}
