package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.errata.audit.AuditReport;
import dev.errata.audit.AuditRules;
import dev.errata.audit.LogAudit;
import dev.errata.cli.demo.CounterFactRecords;
import dev.errata.delta.Branch;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Version;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Revision;
import dev.errata.follower.Answer;
import dev.errata.follower.Ask;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.Audience;
import dev.errata.stream.FactEvent;
import dev.errata.stream.LogSource;
import dev.errata.stream.Operator;
import dev.errata.stream.broker.EmbeddedBroker;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaBranch;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changing history, forward, on real parts: one fact out again, and two lines that go on apart. */
class ChangingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static TestStation station(String prefix, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("errata.topics.prefix", prefix));
        settings.putAll(more);
        return new TestStation(broker.bootstrapServers(), directory.resolve("state"), settings);
    }

    @Test
    void shouldTakeOneFactOutAndKeepTheOthers() {
        try (TestStation line = station("retract.", Map.of())) {
            List<Asserted> facts = CounterFactRecords.read().subList(0, 4);
            line.awaitServed(0);
            Answer base = answer(line, facts.get(0));
            line.facts().publish(List.copyOf(facts));
            line.awaitOutcomes(facts.size());
            LiveFact live = line.history.live(facts.get(0).key()).orElseThrow();

            Retracted retraction = line.operators().retract(Operator.ANYBODY, live, "urn:errata:operator", "vandalism");

            Outcome outcome = TestStation.of(line.awaitOutcomes(facts.size() + 1), retraction.event()).orElseThrow();
            Fate.Applied applied = (Fate.Applied) outcome.fate();
            assertThat(applied.replaced().orElseThrow().object()).isEqualTo(facts.get(0).fact().object());
            assertThat(line.history.live(facts.get(0).key())).isEmpty();
            line.awaitServed(applied.version());
            assertThat(newIsLikelier(answer(line, facts.get(0)))).isEqualTo(newIsLikelier(base));
            assertThat(facts.subList(1, 4)).allSatisfy(fact -> assertThat(newIsLikelier(answer(line, fact))).isTrue());

            // Who retracts what is out already learns it from the outcome; upstream may say it again.
            Retracted again = line.operators().retract(Operator.ANYBODY, live, "urn:errata:operator", "");
            Outcome refused = TestStation.of(line.awaitOutcomes(facts.size() + 2), again.event()).orElseThrow();
            assertThat(refused.fate()).isInstanceOfSatisfying(
                    Fate.Rejected.class, fate -> assertThat(fate.code().name()).isEqualTo("FACT_NOT_LIVE"));
            line.facts().publish(List.of(revised(facts.get(0), "again", facts.get(0).fact().object(), 2)));
            line.awaitOutcomes(facts.size() + 3);
            assertThat(line.history.live(facts.get(0).key())).isPresent();
            sound(line);
        }
    }

    @Test
    void shouldAnswerOneQuestionInTwoWaysOnTwoLines() {
        try (TestStation a = station("branch.", Map.of("errata.line", "a"))) {
            List<Asserted> facts = CounterFactRecords.read().subList(0, 4);
            a.awaitServed(0);
            a.facts().publish(List.copyOf(facts));
            a.awaitOutcomes(facts.size());
            long from = a.versions().size();
            a.awaitServed(from);
            KafkaBranch branches =
                    new KafkaBranch(ClientFactory.of(a.wiring.kafka()), a.wiring.line(), a.wiring.limits(), Clock.systemUTC());
            Branch branch = branches.plan("b", from);

            branches.make("b", branch, a.operators().branch(Operator.ANYBODY, "b", from, "A/B"));

            try (TestStation b = station("branch.", Map.of("errata.line", "b"))) {
                b.awaitServed(branch.copies().size());
                Asserted fact = facts.get(0);
                assertThat(answer(b, fact).digest()).isEqualTo(answer(a, fact).digest());
                assertThat(answer(b, fact).choices()).isEqualTo(answer(a, fact).choices());
                // To B alone: the fact as it was before. To both: another.
                Asserted back = revised(fact, "back", fact.previousObject().orElseThrow(), 2);
                a.facts().publishTo(List.of(new FactEvent(back, Audience.parse("b"))));
                a.facts().publish(List.of(CounterFactRecords.read().get(4)));
                a.awaitOutcomes(facts.size() + 1);
                b.awaitOutcomes(2);
                served(a);
                served(b);

                assertThat(newIsLikelier(answer(a, fact))).isTrue();
                assertThat(newIsLikelier(answer(b, fact))).isFalse();
                assertThat(TestStation.of(a.outcomes(), back.event())).isEmpty();
                sound(a);
                AuditReport report = sound(b);
                assertThat(report.notes()).noneMatch(note -> note.contains("not compared"));
            }
        }
    }

    /** Waits until the newest version of a line is served. */
    private static void served(TestStation line) {
        List<Version> versions = line.versions();
        line.awaitServed(versions.get(versions.size() - 1).number());
    }

    private static AuditReport sound(TestStation line) {
        await().atMost(PATIENCE).until(() -> line.station().pendingFacts().orElse(0) == 0);
        try (LogSource log = new KafkaLogSource(ClientFactory.of(line.wiring.kafka()), line.wiring.line());
                CausalLm model = CausalLm.load(line.settings.modelDirectory(), "cpu")) {
            AuditRules rules = AuditRules.of(
                    EditedTensors.base(model, new ModelFiles(line.settings).hyperParameters().layers()), line.wiring.limits());
            AuditReport report = LogAudit.of(log, line.wiring.line(), rules.resting());
            assertThat(report.findings()).isEmpty();
            return report;
        }
    }

    private static Asserted revised(Asserted fact, String id, String object, long number) {
        Fact said = new Fact(fact.fact().subject(), fact.fact().relation(), object);
        return new Asserted(
                new EventId(fact.event().source(), id), said, Revision.number(number, Instant.now()), Optional.empty(), fact.probes());
    }

    private static Answer answer(TestStation line, Asserted fact) {
        return line.station().answers().ask(new Ask(
                fact.fact().prompt(), OptionalLong.empty(), 1, List.of(fact.fact().object(), fact.previousObject().orElseThrow())));
    }

    private static boolean newIsLikelier(Answer answer) {
        return answer.choices().get(0).probability() > answer.choices().get(1).probability();
    }
}
