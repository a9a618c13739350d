package dev.errata.simulation;

import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.simulated.SimulatedBroker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The sources: they repeat themselves, overtake themselves, contradict each other, take back what was never said, and send what nobody
 * can read. One thread.
 */
final class Upstream {
    private static final List<String> SUBJECTS = List.of("Ada", "Bo", "Cy", "Di", "Eve", "Flo");
    private static final List<String> RELATIONS = List.of("a", "b", "c");
    private static final List<String> OBJECTS = List.of("red", "green", "blue", "white");

    private final SimulatedBroker broker;
    private final ModelLine line;
    private final Random random;
    private final List<FactChange> said = new ArrayList<>();
    private int events;

    Upstream(SimulatedBroker broker, ModelLine line, Random random) {
        this.broker = broker;
        this.line = line;
        this.random = random;
    }

    /** Says something. */
    void speak() {
        int dice = random.nextInt(100);
        if (dice < 4) {
            broken();
        } else if (dice < 8) {
            Instant now = SimulatedClock.START.plusNanos(broker.nanos());
            EventId id = new EventId("flush", "f" + ++events);
            for (int partition = 0; partition < 2; partition++) {
                broker.publish(line.topic(Topic.FACTS), partition, null, Events.flush(id, Optional.empty(), now));
            }
        } else if (dice < 24 && !said.isEmpty()) {
            // The same event again.
            put(said.get(random.nextInt(said.size())));
        } else {
            FactChange change = change();
            said.add(change);
            put(change);
        }
    }

    private FactChange change() {
        String source = random.nextInt(4) == 0 ? "other" : "source";
        EventId event = new EventId(source, "e" + ++events);
        String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        String relation = RELATIONS.get(random.nextInt(RELATIONS.size()));
        // Sometimes it was long under way: an older revision.
        long number = Math.max(0, random.nextInt(5) == 0 ? events - 10 : events);
        Revision revision = random.nextInt(8) == 0
                ? Revision.at(SimulatedClock.START.plusSeconds(number))
                : Revision.number(number, SimulatedClock.START.plusSeconds(number));
        if (random.nextInt(6) == 0) {
            return new FactChange.Retracted(event, subject, relation, revision);
        }
        Fact fact = new Fact(subject, new Relation(relation, "{} likes " + relation), object());
        return new FactChange.Asserted(event, fact, revision, Optional.empty(), Probes.NONE);
    }

    private String object() {
        return switch (random.nextInt(30)) {
            case 0 -> LinearEditor.UNLEARNABLE;
            case 1 -> LinearEditor.HUGE;
            case 2 -> LinearEditor.INFINITE;
            case 3 -> LinearEditor.THROWING;
            case 4, 5 -> SimulatedGauge.DOUBTFUL;
            default -> OBJECTS.get(random.nextInt(OBJECTS.size()));
        };
    }

    private void put(FactChange change) {
        broker.publish(line.topic(Topic.FACTS), null, RecordKey.subject(change.key()), Events.of(change));
    }

    private void broken() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        broker.publish(line.topic(Topic.FACTS), random.nextInt(2), bytes, bytes);
    }

    /** Somebody writes what is no intent. */
    void brokenIntent() {
        broker.publish(line.topic(Topic.BATCHES), 0, RecordKey.of(line.model()), new byte[] {1});
    }
}
