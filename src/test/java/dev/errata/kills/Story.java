package dev.errata.kills;

import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.memit.LinearEditor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** What a source says: new facts and revisions, and among them repetitions, older revisions and retractions. One thread. */
final class Story {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Relation RELATION = new Relation("speaks", "{} speaks");
    private static final List<String> OBJECTS = List.of("French", "Greek", "Dutch", "Welsh", "Latin");
    /** Events of so many changes before are still remembered, and may come again. */
    private static final int REMEMBERED = 1000;

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
            FactChange change = again ? said.get(said.size() - 1 - random.nextInt(Math.min(said.size(), REMEMBERED))) : change();
            next.add(change);
            said.add(change);
        }
        return next;
    }

    /** Facts about subjects of their own, one of which makes every edit fail. */
    List<FactChange> poisoned(int changes) {
        int poison = random.nextInt(changes);
        List<FactChange> next = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            EventId event = new EventId("source", "e" + ++events);
            Fact fact = new Fact("P" + i, RELATION, i == poison ? LinearEditor.THROWING : OBJECTS.get(0));
            next.add(new Asserted(event, fact, Revision.number(events, TIME), Optional.empty(), Probes.NONE));
        }
        said.addAll(next);
        return next;
    }

    /** A fact about a subject of its own, whose version is held. */
    List<FactChange> doubtful() {
        EventId event = new EventId("source", "e" + ++events);
        Revision revision = Revision.number(events, TIME.plusSeconds(events));
        Fact fact = new Fact("D" + events, RELATION, LineProcess.DOUBTFUL);
        List<FactChange> next = List.of(new Asserted(event, fact, revision, Optional.empty(), Probes.NONE));
        said.addAll(next);
        return next;
    }

    /** Every event that was said, once or again. */
    Set<EventId> events() {
        return said.stream().map(FactChange::event).collect(Collectors.toSet());
    }

    private FactChange change() {
        EventId event = new EventId("source", "e" + ++events);
        String subject = "S" + events % subjects;
        // Older than what was said of the same fact before.
        int number = random.nextInt(10) == 0 ? Math.max(0, events - 5 * subjects / 2) : events;
        Revision revision = Revision.number(number, TIME.plusSeconds(number));
        if (random.nextInt(10) == 0) {
            return new Retracted(event, subject, RELATION.id(), revision);
        }
        Fact fact = new Fact(subject, RELATION, OBJECTS.get(random.nextInt(OBJECTS.size())));
        return new Asserted(event, fact, revision, Optional.empty(), Probes.NONE);
    }
}
