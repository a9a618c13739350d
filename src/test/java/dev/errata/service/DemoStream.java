package dev.errata.service;

import dev.errata.cli.demo.CounterFactRecords;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.FactChange;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.stream.Operator;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.OperatorLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The stream of the demo in parts: CounterFact facts, and among them all that a real stream brings as well. */
final class DemoStream {
    private static final String OTHER_SOURCE = "urn:other";

    /** One thing that is put on the topics. */
    interface Step {
        void send(FactPublisher facts, OperatorLog operators);
    }

    private final List<Asserted> facts = CounterFactRecords.read().stream().map(DemoStream::withFewProbes).toList();

    /** Never superseded by anything, so that their only fate is to be applied. */
    List<EventId> undisputed() {
        return List.of(2, 3, 4, 5, 6, 7, 10, 11, 12, 15, 16, 17, 21, 22).stream().map(at -> facts.get(at).event()).toList();
    }

    /** Older than what the same source has said before. */
    List<EventId> stale() {
        return List.of(revision(21, "-draft", 0).event(), revision(6, "-old", 0).event());
    }

    /** Sent twice. */
    List<EventId> repeated() {
        return List.of(facts.get(1).event(), facts.get(0).event());
    }

    /** Read after everything else, and live at the end. */
    Asserted last() {
        return facts.get(20);
    }

    /** What is published while processes die, each part in one life. */
    List<List<Step>> parts() {
        return List.of(
                List.of(fact(0), fact(1), fact(2), fact(1), nonsense("{\"subject\": "), fact(5), send(religion(5))),
                List.of(fact(6), fact(21), send(revision(21, "-draft", 0)), fact(22), send(contradiction(22)), rollback(), fact(7)),
                List.of(fact(10), fact(0), fact(11), fact(3), send(revision(0, "-2", 2)), fact(12)),
                List.of(fact(15), send(retraction(1)), fact(4), fact(16), fact(17)));
    }

    /** What is published when the last process serves. */
    List<Step> end() {
        return List.of(send(revision(0, "-3", 3)), send(revision(6, "-old", 0)), nonsense("nonsense"), fact(20));
    }

    private Step fact(int at) {
        return send(facts.get(at));
    }

    private static Step send(FactChange change) {
        return (to, operators) -> to.publish(List.of(change));
    }

    private static Step nonsense(String value) {
        return (to, operators) -> to.publishRaw("nonsense".getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    /** To the base, which is always there. */
    private static Step rollback() {
        return (facts, operators) -> operators.rollback(Operator.ANYBODY, 0, "in the middle of it all");
    }

    private Asserted revision(int at, String suffix, long number) {
        Asserted fact = facts.get(at);
        return change(fact, fact.event().source(), suffix, fact.previousObject().orElseThrow(), number);
    }

    private Asserted contradiction(int at) {
        return change(facts.get(at), OTHER_SOURCE, "", "architect", 1);
    }

    private Retracted retraction(int at) {
        Asserted fact = facts.get(at);
        EventId event = new EventId(fact.event().source(), fact.event().id() + "-gone");
        return new Retracted(event, fact.subject(), fact.fact().relation().id(), Revision.number(2, fact.revision().time()));
    }

    /** A second fact about one subject. */
    private Asserted religion(int at) {
        return new Asserted(
                new EventId(OTHER_SOURCE, "religion"),
                new Fact(facts.get(at).subject(), new Relation("P140", "The official religion of {} is"), "Islam"),
                facts.get(at).revision(),
                Optional.of("Christianity"),
                Probes.NONE);
    }

    /** One probe of each kind: what takes most of the time of an evaluation proves nothing here. */
    private static Asserted withFewProbes(Asserted fact) {
        Probes few = new Probes(fact.probes().paraphrases().subList(0, 1), fact.probes().neighbors().subList(0, 1));
        return new Asserted(fact.event(), fact.fact(), fact.revision(), fact.previousObject(), few);
    }

    private static Asserted change(Asserted fact, String source, String suffix, String object, long revision) {
        return new Asserted(
                new EventId(source, fact.event().id() + suffix),
                new Fact(fact.subject(), fact.fact().relation(), object),
                Revision.number(revision, fact.revision().time()),
                fact.previousObject(),
                fact.probes());
    }
}
