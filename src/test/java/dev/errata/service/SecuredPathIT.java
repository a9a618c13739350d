package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.LogWatch;
import dev.errata.audit.AuditReport;
import dev.errata.audit.AuditRules;
import dev.errata.audit.LogAudit;
import dev.errata.cli.demo.CounterFactRecords;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Relation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operation.Action;
import dev.errata.stream.Operator;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import dev.errata.stream.broker.SecuredBroker;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.stream.kafka.OperatorLog;
import dev.errata.stream.kafka.TopicReader;
import dev.errata.stream.kafka.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job where the broker wants TLS and a password and allows what {@code deploy/acls.sh} says: a client that the settings did not
 * reach would fail. What is written passes the log by, all the way.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredPathIT {
    private static final ModelLine LINE = new ModelLine(new Topics("secured."), "errata-gptj-8m");
    private static final TopicSettings THERE = new TopicSettings(false, 1, OptionalInt.empty());
    /** Words that stand nowhere else. */
    private static final String SUBJECT = "Xyzzyplugh";
    private static final String OBJECT = "Quuxolotl";

    @TempDir
    static Path directory;

    private static SecuredBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = SecuredBroker.start(directory, LINE);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static KafkaSettings impatient(KafkaSettings settings) {
        Map<String, String> client = new HashMap<>(settings.client());
        client.putAll(Map.of("default.api.timeout.ms", "4000", "request.timeout.ms", "2000", "max.block.ms", "4000"));
        return new KafkaSettings(settings.bootstrapServers(), client);
    }

    private static Asserted change(Asserted like, String id, String subject, Relation relation, String object) {
        return new Asserted(
                new EventId("urn:" + id, id), new Fact(subject, relation, object), like.revision(), like.previousObject(), like.probes());
    }

    @Test
    @Order(1)
    void shouldGoTheWholePathAndLogNoFactText() {
        Map<String, String> more = new HashMap<>(broker.process("service"));
        more.putAll(Map.of("errata.topics.prefix", LINE.topics().prefix(), "errata.model.name", LINE.model(), "errata.conflict", "reject"));
        List<Asserted> known = CounterFactRecords.read();
        Asserted like = known.get(0);
        Relation relation = like.fact().relation();
        String tooLong = OBJECT + " {} " + "a b ".repeat(220);
        Asserted good = change(like, "good", SUBJECT, relation, OBJECT);
        List<FactChange> facts = new ArrayList<>(known.subList(1, 4));
        facts.add(good);
        facts.add(change(like, "another", SUBJECT, relation, OBJECT + " the second"));
        facts.add(change(like, "long", SUBJECT + " the long", new Relation("P1", tooLong), OBJECT));
        List<String> lines;
        try (LogWatch watch = LogWatch.begin();
                TestStation line = new TestStation(broker.bootstrapServers(), directory.resolve("state"), more)) {
            line.awaitServed(0);

            byte[] nonsense = ("{\"subject\": " + SUBJECT).getBytes(StandardCharsets.UTF_8);
            line.facts().publishRaw(nonsense, nonsense);
            line.facts().publish(facts);
            List<Outcome> outcomes = line.awaitOutcomes(facts.size());
            line.awaitServed(1);
            line.operators().rollback(Operator.ANYBODY, 0, "because of " + SUBJECT);
            line.awaitServed(line.versions().size() + 1L);

            assertThat(outcomes).filteredOn(outcome -> outcome.fate() instanceof Fate.Applied).hasSizeGreaterThanOrEqualTo(3);
            assertThat(outcomes).extracting(Outcome::fate).filteredOn(Fate.Rejected.class::isInstance)
                    .extracting(fate -> ((Fate.Rejected) fate).code()).contains(Failure.FACT_CONFLICT, Failure.FACT_TOO_MANY_TOKENS);
            lines = watch.lines();
        }
        assertThat(lines).anyMatch(line -> line.contains("version 1 committed")).anyMatch(line -> line.contains("dead letter"));
        assertThat(lines).noneMatch(line -> line.contains(SUBJECT) || line.contains(OBJECT));
    }

    @Test
    @Order(2)
    void shouldRefuseWhoSaysNothingOrSomethingWrong() {
        KafkaSettings good = impatient(broker.settings("service"));
        Map<String, String> wrong = new HashMap<>(good.client());
        wrong.computeIfPresent("sasl.jaas.config", (name, value) -> value.replace("password-of-", "guess-of-"));
        Map<String, String> untrusting = new HashMap<>(good.client());
        untrusting.keySet().removeIf(name -> name.startsWith("ssl."));

        for (KafkaSettings bad : List.of(
                impatient(KafkaSettings.of(broker.bootstrapServers())),
                new KafkaSettings(broker.bootstrapServers(), wrong),
                new KafkaSettings(broker.bootstrapServers(), untrusting))) {
            refused(() -> TopicSetup.ensure(bad, LINE.topics(), THERE));
        }
        TopicSetup.ensure(good, LINE.topics(), THERE);
    }

    @Test
    @Order(3)
    void shouldLetEachRoleDoItsPartAlone() {
        KafkaSettings reader = impatient(broker.settings("reader"));
        KafkaSettings publisher = impatient(broker.settings("publisher"));
        KafkaSettings operator = impatient(broker.settings("operator"));
        KafkaSettings nobody = impatient(broker.settings("nobody"));

        TopicSetup.ensure(reader, LINE.topics(), THERE);
        try (KafkaVersionFeed feed = new KafkaVersionFeed(reader, LINE)) {
            Version version = feed.next(Duration.ofSeconds(10)).orElseThrow();
            try (KafkaDeltaFeed deltas = new KafkaDeltaFeed(reader, LINE)) {
                assertThat(deltas.read(version.number(), ((Edited) version.change()).delta(), 0)).isNotEmpty();
            }
        }
        publish(publisher);
        try (OperatorLog operators = new OperatorLog(operator, LINE, Clock.systemUTC())) {
            operators.rollback(Operator.ANYBODY, 0, "");
            operators.flush(Operator.ANYBODY);
            operators.pause(Operator.ANYBODY, true, "");
        }
        try (TopicReader<Operation> audit = new KafkaHistory(reader, LINE).operations()) {
            assertThat(audit.catchUp()).extracting(Operation::action)
                    .containsExactly(Action.ROLLBACK, Action.ROLLBACK, Action.FLUSH, Action.PAUSE);
        }

        try (LogSource log = new KafkaLogSource(ClientFactory.of(reader), LINE)) {
            AuditReport report = LogAudit.of(log, LINE, AuditRules.structure(FactLimits.DEFAULT));
            assertThat(report.findings()).isEmpty();
            assertThat(report.versions()).isPositive();
        }

        for (KafkaSettings other : List.of(reader, nobody)) {
            refused(() -> publish(other));
        }
        for (KafkaSettings other : List.of(reader, publisher, nobody)) {
            refused(() -> {
                try (OperatorLog operators = new OperatorLog(other, LINE, Clock.systemUTC())) {
                    operators.pause(Operator.ANYBODY, true, "");
                }
            });
        }
        for (KafkaSettings other : List.of(publisher, operator, nobody)) {
            refused(() -> {
                try (TopicReader<Operation> audit = new KafkaHistory(other, LINE).operations()) {
                    audit.catchUp();
                }
            });
        }
    }

    private static void publish(KafkaSettings kafka) {
        try (FactPublisher facts = new FactPublisher(kafka, LINE.topics(), FactLimits.DEFAULT, Clock.systemUTC())) {
            facts.publish(List.of(Examples.asserted()));
        }
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isIn(
                Failure.LOG_UNREACHABLE, Failure.TOPIC_MISMATCH, Failure.COMMIT_ABORTED));
    }
}
