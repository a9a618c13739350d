package dev.errata.cli.demo;

import static dev.errata.cli.demo.CounterFactRecords.SOURCE;
import static dev.errata.cli.demo.CounterFactRecords.TIME;

import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fact changes of the demo: CounterFact records (Meng et al. 2022), and around them what a real stream brings as well.
 *
 * @param plain changes with nothing special about them
 * @param first changes that are read before the others, in this order; what is special about each is told by the other components
 * @param duplicate the event that is in {@code first} twice
 * @param superseded the older of two revisions in {@code first}
 * @param replaced a change that the other source contradicts
 * @param contradicting the other source's claim
 * @param together the second fact about one subject, which waits for the next batch
 * @param later a newer revision of a fact that was committed long ago
 */
record DemoFacts(
        List<Asserted> plain,
        List<FactChange> first,
        Asserted duplicate,
        Asserted superseded,
        Asserted replaced,
        Asserted contradicting,
        Asserted together,
        Asserted later) {
    private static final int PLAIN = 20;
    /** A record with a second fact about its subject: Marco Pannella's work. */
    private static final int SECOND_FACT = 14;
    /** Left out: "Lady Gaga, the" is a prompt that goes on in many ways, and this small model takes no violin there. */
    private static final int HARD = 5;

    static DemoFacts read() {
        List<Asserted> records = CounterFactRecords.read();
        Asserted duplicate = records.get(PLAIN);
        Asserted newer = records.get(PLAIN + 1);
        Asserted superseded = change(newer, SOURCE, "-draft", newer.previousObject().orElseThrow(), 0);
        Asserted replaced = records.get(PLAIN + 2);
        Asserted contradicting = change(replaced, "https://example.net/other", "", "architect", 1);
        Asserted work = records.get(SECOND_FACT);
        Asserted together = language(work);
        Asserted later = change(records.get(0), SOURCE, "-2", "Europe", 2);
        List<Asserted> plain = new ArrayList<>(records.subList(0, PLAIN));
        plain.remove(work);
        plain.remove(records.get(HARD));
        List<FactChange> first = List.of(duplicate, duplicate, superseded, newer, replaced, contradicting, work, together);
        return new DemoFacts(List.copyOf(plain), first, duplicate, superseded, replaced, contradicting, together, later);
    }

    /** The one fact of the demo that is not CounterFact's; its prompt does not begin with the subject. */
    private static Asserted language(Asserted work) {
        Relation relation = new Relation("P103", "The native language of {} is");
        return new Asserted(
                new EventId(SOURCE, "second-fact"),
                new Fact(work.subject(), relation, "French"),
                Revision.number(1, TIME),
                Optional.of("Italian"),
                Probes.NONE);
    }

    private static Asserted change(Asserted fact, String source, String idSuffix, String object, long revision) {
        return new Asserted(
                new EventId(source, fact.event().id() + idSuffix),
                new Fact(fact.subject(), fact.fact().relation(), object),
                Revision.number(revision, TIME),
                fact.previousObject(),
                fact.probes());
    }
}
