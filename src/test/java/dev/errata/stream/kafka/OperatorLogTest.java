package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.errata.batch.Intent;
import dev.errata.delta.LiveFact;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operation.Action;
import dev.errata.stream.Operation.Result;
import dev.errata.stream.Operator;
import dev.errata.stream.Received;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.simulated.Fate;
import dev.errata.stream.simulated.Misdeed;
import dev.errata.stream.simulated.SimulatedBroker;
import dev.errata.stream.simulated.SimulatedClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperatorLogTest {
    private static final Operator OLGA = new Operator("olga", Operator.Proof.KEY, List.of("operator"));

    private final TestLine test = TestLine.make();
    private final OperatorLog operators = new OperatorLog(test.settings, test.line, TestLine.CLOCK);

    @AfterEach
    void close() {
        operators.close();
    }

    private List<Operation> audit() {
        try (TopicReader<Operation> reader = new KafkaHistory(test.settings, test.line).operations()) {
            return reader.catchUp();
        }
    }

    @Test
    void shouldCarryARollbackToTheEditorAndTellWhoAsked() {
        Intent.Rollback asked = operators.rollback(OLGA, 3, "wrong source");

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).contains(asked);
        }
        assertThat(audit()).containsExactly(new Operation(
                asked.id(), OLGA, Action.ROLLBACK, "version 3", "wrong source", asked.requestedAt(), new Result.Accepted()));
    }

    @Test
    void shouldWriteNothingWhenARequestCannotBe() {
        assertThatThrownBy(() -> operators.rollback(OLGA, -1, ""))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.INTENT_UNREADABLE));
        assertThatThrownBy(() -> operators.pause(OLGA, true, "x".repeat(2001)))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.REQUEST_INVALID));

        assertThat(audit()).isEmpty();
        assertThat(test.committed(Topic.BATCHES)).isEmpty();
    }

    @Test
    void shouldRetractAFactForThisLineAloneAndSealWhatWaits() {
        Retracted asked = operators.retract(OLGA, LiveFact.of(Examples.asserted()), "urn:errata:operator", "vandalism");

        try (KafkaIntakeLog log = KafkaIntakeLog.open(test.settings, test.line, FactLimits.DEFAULT, TestLine.CLOCK)) {
            log.recall();
            List<Received> received = new ArrayList<>();
            await().until(() -> {
                received.addAll(log.poll(TestLine.SOON));
                return received.size() == 3;
            });
            assertThat(received).filteredOn(Received.Readable.class::isInstance).singleElement()
                    .satisfies(one -> assertThat(((Received.Readable) one).arrival().change()).isEqualTo(asked));
            assertThat(received.get(received.size() - 1)).isInstanceOf(Received.Flush.class);
        }
        try (KafkaIntakeLog other = KafkaIntakeLog.open(
                test.settings, new ModelLine(test.line.topics(), "other"), FactLimits.DEFAULT, TestLine.CLOCK)) {
            other.recall();
            List<Received> received = new ArrayList<>();
            await().until(() -> {
                received.addAll(other.poll(TestLine.SOON));
                return received.size() == 3;
            });
            assertThat(received).hasOnlyElementsOfType(Received.Ignored.class);
        }
        assertThat(audit()).containsExactly(new Operation(
                asked.event().id(), OLGA, Action.RETRACT, "fact " + asked.key(), "vandalism", Examples.NOON, new Result.Accepted()));
    }

    @Test
    void shouldWriteNoRetractionWhenItsReasonIsTooLong() {
        assertThatThrownBy(() -> operators.retract(OLGA, LiveFact.of(Examples.asserted()), "urn:errata:operator", "x".repeat(2001)))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.REQUEST_INVALID));

        assertThat(audit()).isEmpty();
        assertThat(test.committed(Topic.FACTS)).isEmpty();
    }

    @Test
    void shouldKeepThatARollbackWasDeclined() {
        ErrataException unknown = new ErrataException(Failure.VERSION_UNKNOWN, "version: 9 (expected: 0..3)");

        assertThat(operators.declined(OLGA, 9, "", unknown)).isSameAs(unknown);

        assertThat(audit()).singleElement().satisfies(operation -> {
            assertThat(operation.object()).isEqualTo("version 9");
            assertThat(operation.result()).isEqualTo(new Result.Declined(Failure.VERSION_UNKNOWN, "version: 9 (expected: 0..3)"));
        });
        assertThat(test.committed(Topic.BATCHES)).isEmpty();
    }

    @Test
    void shouldFlushEveryPartitionOnceAndTellIt() {
        operators.flush(OLGA);

        assertThat(test.committed(Topic.FACTS)).extracting(record -> record.partition()).containsExactlyInAnyOrder(0, 1);
        assertThat(audit()).extracting(Operation::action, Operation::object)
                .containsExactly(tuple(Action.FLUSH, "facts"));
        try (KafkaIntakeLog log = KafkaIntakeLog.open(test.settings, test.line, FactLimits.DEFAULT, TestLine.CLOCK)) {
            log.recall();
            await().until(() -> log.poll(TestLine.SOON).stream().anyMatch(Received.Flush.class::isInstance));
        }
    }

    @Test
    void shouldWorkAgainWhenItsTransactionWasLost() {
        operators.flush(OLGA);
        operators.close();

        operators.flush(OLGA);

        assertThat(audit()).hasSize(2);
    }

    @Test
    void shouldTellOfARollbackThatTheEditorDeclines() {
        Intent.Rollback asked = operators.rollback(OLGA, 3, "wrong source");
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            log.commit(Commit.declined(new Result.Declined(Failure.VERSION_UNKNOWN, "version: 3 (expected: 0)")));
            test.intent("s");
            log.next(TestLine.SOON);
            log.commit(Commit.without(List.of()));
        }

        List<Operation> told = audit();
        assertThat(told).extracting(Operation::id).containsExactly(asked.id(), asked.id());
        assertThat(told.get(1).by()).isEqualTo(Operator.OF_THE_LOG);
        assertThat(told.get(1).result()).isInstanceOfSatisfying(
                Result.Declined.class, declined -> assertThat(declined.code()).isEqualTo(Failure.VERSION_UNKNOWN));
    }

    @Test
    void shouldHoldTheEditorFromAPauseToTheNextResumeOverRestarts() {
        Intent waiting;
        try (KafkaEditLog log = test.replayed()) {
            operators.pause(OLGA, true, "checking the source");
            await().until(() -> {
                log.next(Duration.ofMillis(100));
                return log.paused();
            });
            waiting = test.intent("s");
            assertThat(log.next(Duration.ofMillis(500))).isEmpty();
        }

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.paused()).isTrue();
            assertThat(log.next(Duration.ofMillis(500))).isEmpty();
            operators.pause(OLGA, false, "");
            assertThat(await().until(() -> log.next(Duration.ofMillis(100)), Optional::isPresent)).contains(waiting);
        }
        assertThat(audit()).extracting(Operation::action).containsExactly(Action.PAUSE, Action.RESUME);
    }

    @Test
    void shouldHearAPauseBehindOtherWordsBeforeTheNextIntent() {
        SimulatedBroker broker = new SimulatedBroker(test.line.topics(), 1, times -> true);
        SimulatedClients clients = new SimulatedClients(broker, Fate.KIND, Misdeed.NONE);
        try (KafkaEditLog log = KafkaEditLog.open(clients, test.line, TestLine.CLOCK);
                Transactions upstream = new Transactions(clients.transactional("upstream"))) {
            log.replay((version, delta, pairs) -> {});
            upstream.commit(out -> {
                for (Action action : List.of(Action.FLUSH, Action.FLUSH, Action.RESUME, Action.FLUSH, Action.PAUSE)) {
                    out.send(OperatorLog.record(test.line, new Operation(
                            action.name(), OLGA, action, "editor", "", Examples.NOON, new Result.Accepted())));
                }
                out.send(Records.of(test.line.topic(Topic.BATCHES), RecordKey.of(test.line.model()), Events.of(
                        test.line, new Intent.Rollback("r", 0, "", Examples.NOON))));
            });
            broker.pass(Duration.ofSeconds(1));

            assertThat(log.next(Duration.ZERO)).isEmpty();
            assertThat(log.paused()).isTrue();
        }
    }

    /** What a foreign record holds must not come into a log by way of the message that it cannot be read. */
    @Test
    void shouldNotRepeatARecordThatCannotBeRead() {
        byte[] foreign = "{\"id\": 1, \"subject\": \"Xyzzy\", Xyzzy".getBytes();

        assertThatThrownBy(() -> EventCodec.OPERATION.decode(foreign))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.RECORD_UNREADABLE))
                .hasMessageNotContaining("Xyzzy")
                .hasNoCause();
    }
}
