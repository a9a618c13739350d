package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import dev.errata.batch.Known;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.FactKey;
import dev.errata.fact.Probes;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.Optional;

/** A fact that a version wrote: what is claimed, by which event, and the probes that evaluate it. */
public record LiveFact(EventId event, Fact fact, Revision revision, Optional<String> previousObject, Probes probes) {
    public LiveFact {
        requireNonNull(event, "event");
        requireNonNull(fact, "fact");
        requireNonNull(revision, "revision");
        requireNonNull(previousObject, "previousObject");
        requireNonNull(probes, "probes");
    }

    public static LiveFact of(Asserted asserted) {
        return new LiveFact(asserted.event(), asserted.fact(), asserted.revision(), asserted.previousObject(), asserted.probes());
    }

    /**
     * That this fact is no longer claimed. Revisions are compared within one source: of the fact's own source it is the next one, of
     * another only its time counts.
     *
     * @param by source and id of the retraction
     */
    public Retracted retracted(EventId by, Instant now) {
        Revision next = by.source().equals(event.source()) ? revision.next(now) : Revision.at(now);
        return new Retracted(by, fact.subject(), fact.relation().id(), next);
    }

    /** The change that wrote it, as it is remembered. */
    public Known known() {
        return Known.of(new Asserted(event, fact, revision, previousObject, probes));
    }

    public FactKey key() {
        return fact.key();
    }
}
