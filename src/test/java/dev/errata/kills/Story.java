package dev.errata.kills;

import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a source says: new facts and revisions, and among them repetitions, older revisions and retractions. One thread. */
final class Story {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Relation RELATION = new Relation("speaks", "{} speaks");
    private static final List<String> OBJECTS = List.of("French", "Greek", "Dutch", "Welsh", "Latin");
    private static final int LATE = 30;

    private final Random random;
    private final int subjects;
    private final List<FactChange> said = new ArrayList<>();
    private int events;

    /** @param subjects so many, each with one fact at a time */
    Story(Random random, int subjects) {
        this.random = random;
        this.subjects = subjects;
    }

    /** What comes next. */
    List<FactChange> next(int changes) {
        List<FactChange> next = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            boolean again = !said.isEmpty() && random.nextInt(10) == 0;
            FactChange change = again ? said.get(random.nextInt(said.size())) : change();
            next.add(change);
            said.add(change);
        }
        return next;
    }

    private FactChange change() {
        EventId event = new EventId("source", "e" + ++events);
        String subject = "S" + events % subjects;
        int number = random.nextInt(10) == 0 ? Math.max(0, events - LATE) : events;
        Revision revision = Revision.number(number, TIME.plusSeconds(number));
        if (random.nextInt(10) == 0) {
            return new Retracted(event, subject, RELATION.id(), revision);
        }
        Fact fact = new Fact(subject, RELATION, OBJECTS.get(random.nextInt(OBJECTS.size())));
        return new Asserted(event, fact, revision, Optional.empty(), Probes.NONE);
    }
}
