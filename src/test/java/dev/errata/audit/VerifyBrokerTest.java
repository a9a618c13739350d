package dev.errata.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.stream.FactLimits;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.TestBroker;
import dev.errata.stream.Topic;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.TopicSetup;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The auditor over a real broker, whose log somebody else writes to as well. */
class VerifyBrokerTest {
    private static final AuditRules RULES = AuditRules.of(SmallLine.EDITOR.baseWeights(), FactLimits.DEFAULT);

    private final ModelLine line = new ModelLine(TestBroker.topics(), "small");
    private SmallLine small;

    @BeforeEach
    void open() {
        TopicSetup.ensure(TestBroker.settings(), line.topics(), new TopicSettings(true, 2, OptionalInt.empty()));
        small = new SmallLine(ClientFactory.of(TestBroker.settings()), line);
    }

    @AfterEach
    void close() {
        small.close();
    }

    @Test
    void shouldFindNothingWhenTheLineIsAtRest() {
        small.story();

        AuditReport report = audit(RULES.resting());

        assertThat(report.findings()).isEmpty();
        assertThat(report.versions()).isEqualTo(5);
    }

    @Test
    void shouldCountAsOpenWhatIsNotReadYet() {
        small.assertFact("Flo", "red", 1);

        AuditReport moving = audit(RULES);
        AuditReport resting = audit(RULES.resting());

        assertThat(moving.findings()).isEmpty();
        assertThat(moving.open()).containsEntry("changes to be read", 1L);
        assertThat(resting.verdict(Invariant.ONE_OUTCOME).violations()).isEqualTo(1);
    }

    @Test
    void shouldNameTheRecordWhenSomebodyWritesASecondOutcome() {
        small.assertFact("Flo", "red", 1);
        small.rest();
        RawRecord first = log().of(Topic.OUTCOMES).get(0);
        Outcome outcome = EventCodec.OUTCOME.decode(first.value());
        Outcome second = new Outcome(outcome.event(), outcome.key(), outcome.position(), new Fate.Duplicate());
        small.send(new ProducerRecord<>(
                line.topic(Topic.OUTCOMES), first.position().partition(), first.key(), EventCodec.OUTCOME.encode(second)));

        AuditReport.Verdict verdict = audit(RULES).verdict(Invariant.ONE_OUTCOME);

        List<RawRecord> outcomes = log().of(Topic.OUTCOMES);
        RawRecord last = outcomes.stream()
                .filter(record -> record.position().partition() == first.position().partition())
                .reduce((one, other) -> other)
                .orElseThrow();
        assertThat(verdict.first().get(0).place()).isEqualTo(Place.of(Topic.OUTCOMES, last.position()));
    }

    private AuditReport audit(AuditRules rules) {
        try (LogSource log = small.log()) {
            return LogAudit.of(log, line, rules);
        }
    }

    private MemoryLog log() {
        try (LogSource log = small.log()) {
            return MemoryLog.copy(log);
        }
    }
}
