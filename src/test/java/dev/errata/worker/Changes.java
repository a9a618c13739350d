package dev.errata.worker;

import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.FactKey;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.Optional;

/** Makes fact changes, each another event and newer than the one before. */
final class Changes {
    static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Relation LANGUAGE = new Relation("P103", "{} is a native speaker of");

    private int events;

    Asserted speaks(String subject, String language) {
        return asserted(new Fact(subject, LANGUAGE, language), Optional.of("French"), Probes.NONE);
    }

    Asserted asserted(Fact fact, Optional<String> previous, Probes probes) {
        return new Asserted(event(), fact, Revision.number(events, TIME), previous, probes);
    }

    Retracted retracted(String subject) {
        return new Retracted(event(), subject, LANGUAGE.id(), Revision.number(events, TIME));
    }

    static FactKey key(String subject) {
        return FactKey.of(subject, LANGUAGE.id());
    }

    private EventId event() {
        return new EventId("test", "e" + ++events);
    }
}
