package dev.errata.batch;

import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.Optional;

/** Makes fact changes that arrive one after the other, in one partition, at the time that this clock shows. */
final class Arrivals {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private long offset;

    Instant now() {
        return now;
    }

    Instant after(long seconds) {
        now = now.plusSeconds(seconds);
        return now;
    }

    /** @param event {@code source#id} */
    Arrival asserted(String event, String subject, String relation, String object, long revision) {
        return arrival(assertion(event(event), subject, relation, object, Revision.number(revision, START)));
    }

    /** The relation is {@code r}, the revision 1. */
    Arrival asserted(String event, String subject, String object) {
        return asserted(event, subject, "r", object, 1);
    }

    Arrival retracted(String event, String subject, long revision) {
        return arrival(new Retracted(event(event), subject, "r", Revision.number(revision, START)));
    }

    Arrival arrival(FactChange change) {
        return new Arrival(change, new Position(0, offset++), now);
    }

    static FactChange assertion(EventId event, String subject, String relation, String object, Revision revision) {
        Fact fact = new Fact(subject, new Relation(relation, "{} " + relation), object);
        return new Asserted(event, fact, revision, Optional.empty(), Probes.NONE);
    }

    static EventId event(String event) {
        String[] parts = event.split("#");
        return new EventId(parts[0], parts[1]);
    }
}
