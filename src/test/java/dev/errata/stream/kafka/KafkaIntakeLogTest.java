package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Accumulator;
import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.batch.Known;
import dev.errata.batch.Pending;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Received;
import dev.errata.stream.Received.Readable;
import dev.errata.stream.Received.Unreadable;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaIntakeLogTest {
    private static final AccumulatorRules RULES = new AccumulatorRules(2, Duration.ofHours(1), ConflictRule.LATER);

    private final TestLine test = TestLine.make();

    private KafkaIntakeLog open() {
        return KafkaIntakeLog.open(test.settings, test.line, FactLimits.DEFAULT, TestLine.CLOCK);
    }

    private KafkaIntakeLog failingAt(Topic topic) {
        Transactions transactions = new Transactions(test.failingAt(topic, "accumulator"));
        return new KafkaIntakeLog(transactions, ClientFactory.of(test.settings), test.line, FactLimits.DEFAULT, TestLine.CLOCK);
    }

    /** Polls until so many records came. */
    private static List<Received> poll(KafkaIntakeLog log, int records) {
        List<Received> received = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (received.size() < records && System.nanoTime() < deadline) {
            received.addAll(log.poll(Duration.ofMillis(200)));
        }
        assertThat(received).hasSize(records);
        return received;
    }

    private static List<Effect> accept(Accumulator accumulator, List<Received> received) {
        return received.stream()
                .filter(Readable.class::isInstance)
                .flatMap(one -> accumulator.accept(((Readable) one).arrival()).stream())
                .toList();
    }

    private static void fails(Failure failure, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }

    private void poison(String value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(test.line.topic(Topic.FACTS), "k".getBytes(), value.getBytes());
        record.headers().add("other", new byte[] {1, (byte) 0xff}).add("errata-code", "OLD".getBytes());
        test.send(List.of(record));
    }

    @Test
    void shouldRecallAfterARestartWhatWasCommitted() {
        FactChange first = Examples.about("first", "o");
        FactChange second = Examples.about("second", "o");
        FactChange third = Examples.about("third", "o");
        test.facts(first, second, third, first);

        List<Effect> effects;
        try (KafkaIntakeLog log = open()) {
            assertThat(log.recall()).isEqualTo(IntakeMemory.NONE);
            effects = accept(new Accumulator(RULES, IntakeMemory.NONE), poll(log, 4));
            log.commit(effects);
        }

        try (KafkaIntakeLog log = open()) {
            IntakeMemory memory = log.recall();
            Arrival kept = memory.pending().get(0).arrival();
            assertThat(memory.pending()).containsExactly(new Pending(kept, Examples.NOON));
            assertThat(memory.known()).containsExactlyInAnyOrder(Known.of(first), Known.of(second), Known.of(third));
            assertThat(log.poll(Duration.ofMillis(500))).isEmpty();
        }
        assertThat(test.committed(Topic.BATCHES)).hasSize(1);
        assertThat(test.committed(Topic.OUTCOMES)).hasSize(1);
        assertThat(effects.stream().filter(Effect.Kept.class::isInstance)).hasSize(3);
    }

    @Test
    void shouldReadAgainWhatWasNotCommitted() {
        test.facts(Examples.about("s", "o"));
        try (KafkaIntakeLog log = open()) {
            log.recall();
            poll(log, 1);
        }

        try (KafkaIntakeLog log = open()) {
            assertThat(log.recall()).isEqualTo(IntakeMemory.NONE);
            assertThat(poll(log, 1)).hasOnlyElementsOfType(Readable.class);
        }
    }

    @Test
    void shouldBuryTheUnreadableWithItsPosition() {
        poison("{");
        test.facts(Examples.about("s", "o"));

        try (KafkaIntakeLog log = open()) {
            log.recall();
            List<Received> received = poll(log, 2);
            assertThat(received).hasAtLeastOneElementOfType(Unreadable.class).hasAtLeastOneElementOfType(Readable.class);
            log.commit(List.of());
            log.commit(List.of());
        }

        List<ConsumerRecord<byte[], byte[]>> letters = test.committed(Topic.DEAD_LETTERS);
        assertThat(letters).hasSize(1);
        ConsumerRecord<byte[], byte[]> letter = letters.get(0);
        assertThat(letter.key()).asString().isEqualTo("k");
        assertThat(letter.value()).asString().isEqualTo("{");
        assertThat(letter.headers().lastHeader("other").value()).containsExactly(1, 0xff);
        assertThat(letter.headers().headers("errata-code")).hasSize(1);
        assertThat(Records.header(letter, "errata-code")).isEqualTo("FACT_UNREADABLE");
        assertThat(Records.header(letter, "errata-topic")).isEqualTo(test.line.topic(Topic.FACTS));
        assertThat(Records.header(letter, "errata-offset")).isEqualTo("0");
        assertThat(Records.header(letter, "errata-partition")).isIn("0", "1");
        assertThat(Records.header(letter, "errata-time")).isEqualTo(Examples.NOON.toString());
        assertThat(test.consumed("accumulator").values().stream().mapToLong(offset -> offset)).isNotEmpty();
    }

    @Test
    void shouldForgetInTheLogWhatIsTooMuchAndRecallTheRest() {
        FactChange first = Examples.about("first", "o");
        FactChange second = Examples.about("second", "o");
        AccumulatorRules rules = new AccumulatorRules(1, Duration.ofHours(1), ConflictRule.LATER, 1, 1);
        try (KafkaIntakeLog log = open()) {
            log.recall();
            Accumulator accumulator = new Accumulator(rules, IntakeMemory.NONE);
            for (FactChange change : List.of(first, second)) {
                test.facts(change);
                log.commit(accept(accumulator, poll(log, 1)));
            }
        }

        assertThat(test.committed(Topic.INTAKE)).extracting(ConsumerRecord::value).filteredOn(Objects::isNull).hasSize(1);
        try (KafkaIntakeLog log = open()) {
            assertThat(log.recall().known()).containsExactly(Known.of(second));
        }
    }

    @Test
    void shouldCommitOnlyWhatWasGivenWhenAPollGivesFewer() {
        List.of("a", "b", "c").forEach(subject -> test.facts(Examples.about(subject, "o")));
        List<Received> received = new ArrayList<>();
        try (KafkaIntakeLog log = open()) {
            log.recall();
            Accumulator accumulator = new Accumulator(RULES, IntakeMemory.NONE);
            while (received.size() < 2) {
                List<Received> one = log.poll(TestLine.SOON, 1);
                assertThat(one).hasSizeLessThanOrEqualTo(1);
                received.addAll(one);
                log.commit(accept(accumulator, one));
            }
        }

        try (KafkaIntakeLog log = open()) {
            log.recall();
            received.addAll(poll(log, 1));
            assertThat(received).hasSize(3).doesNotHaveDuplicates().hasOnlyElementsOfType(Readable.class);
            assertThat(log.lag()).isZero();
        }
    }

    @Test
    void shouldBuryARecordThatWasGivenUp() {
        test.facts(Examples.about("s", "o"));
        try (KafkaIntakeLog log = open()) {
            log.recall();
            Position position = poll(log, 1).get(0).position();
            try (KafkaIntakeLog next = open()) {
                next.recall();
                next.giveUp(position, Failure.INTERNAL, "attempts: 5");
                assertThat(poll(next, 1)).singleElement().isInstanceOf(Unreadable.class);
                next.commit(List.of());
            }
        }
        assertThat(Records.header(test.committed(Topic.DEAD_LETTERS).get(0), "errata-reason")).isEqualTo("attempts: 5");
    }

    @ParameterizedTest
    @EnumSource(names = {"OUTCOMES", "BATCHES", "INTAKE", "DEAD_LETTERS"})
    void shouldLeaveNothingWhenTheCommitFailsHalfWay(Topic topic) {
        FactChange again = Examples.about("first", "o");
        test.facts(again, Examples.about("second", "o"), again);
        poison("{");

        try (KafkaIntakeLog log = failingAt(topic)) {
            log.recall();
            List<Effect> effects = accept(new Accumulator(RULES, IntakeMemory.NONE), poll(log, 4));
            fails(Failure.COMMIT_ABORTED, () -> log.commit(effects));
        }

        for (Topic written : List.of(Topic.OUTCOMES, Topic.BATCHES, Topic.INTAKE, Topic.DEAD_LETTERS)) {
            assertThat(test.committed(written)).as(written.name()).isEmpty();
        }
        try (KafkaIntakeLog log = open()) {
            assertThat(log.recall()).isEqualTo(IntakeMemory.NONE);
            poll(log, 4);
        }
    }

    @Test
    void shouldFenceTheAccumulatorThatWasOpenedBefore() {
        test.facts(Examples.about("s", "o"));
        try (KafkaIntakeLog older = open()) {
            older.recall();
            List<Effect> effects = accept(new Accumulator(RULES, IntakeMemory.NONE), poll(older, 1));
            open().close();

            fails(Failure.WORKER_FENCED, () -> older.commit(effects));
        }
        assertThat(test.committed(Topic.INTAKE)).isEmpty();
    }

    @Test
    void shouldGiveOneFlushAfterAllThatThePollBrought() {
        test.facts(Examples.about("a", "o"), Examples.about("b", "o"), Examples.about("c", "o"));
        try (FactPublisher publisher = publisher(test.settings)) {
            publisher.flush(Optional.of("another-line"));
            publisher.flush(Optional.of(test.line.model()));
            publisher.flush(Optional.empty());
        }

        try (KafkaIntakeLog log = open()) {
            log.recall();
            List<Received> received = poll(log, 9);
            long flushes = received.stream().filter(Received.Flush.class::isInstance).count();
            assertThat(flushes).isPositive();
            assertThat(received.get(8)).isInstanceOf(Received.Flush.class);
            assertThat(received.stream().filter(Received.Ignored.class::isInstance)).hasSize(6 - (int) flushes);
        }
    }

    private FactPublisher publisher(KafkaSettings settings) {
        return new FactPublisher(settings, test.line.topics(), FactLimits.DEFAULT, TestLine.CLOCK);
    }

    @Test
    void shouldTakeNothingInWhilePaused() {
        test.facts(Examples.about("a", "o"));
        try (KafkaIntakeLog log = open()) {
            log.recall();
            log.pause();
            assertThat(log.poll(Duration.ofSeconds(1))).isEmpty();

            log.resume();
            poll(log, 1);
        }
    }

    @Test
    void shouldGoOnAtTheFirstFactThatIsLeftWhenOthersExpired() throws Exception {
        for (int i = 0; i < 4; i++) {
            ProducerRecord<byte[], byte[]> record =
                    Records.of(test.line.topic(Topic.FACTS), 0, null, Events.of(Examples.about("subject " + i, "o")));
            test.send(List.of(record));
            if (i == 0) {
                try (KafkaIntakeLog log = open()) {
                    log.recall();
                    poll(log, 1);
                    log.commit(List.of());
                }
            }
        }
        try (Admin admin = Clients.admin(test.settings)) {
            TopicPartition partition = new TopicPartition(test.line.topic(Topic.FACTS), 0);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3))).all().get();
        }

        try (KafkaIntakeLog log = open()) {
            log.recall();
            assertThat(poll(log, 1).get(0).position().offset()).isEqualTo(3);
        }
    }

    @Test
    void shouldBeginABranchAtTheEndOfTheFactsAlsoWhenTheBrokerHasForgottenItsOffsets() throws Exception {
        FactChange before = Examples.about("a", "o");
        test.facts(before, Examples.about("b", "o"));
        try (KafkaIntakeLog log = open()) {
            log.begin("begun-1", log.recall(), List.of(Known.of(before)), List.of());
        }
        try (Admin admin = Clients.admin(test.settings)) {
            admin.deleteConsumerGroups(List.of(test.line.role(KafkaIntakeLog.ROLE))).all().get();
        }
        test.facts(Examples.about("c", "o"));

        try (KafkaIntakeLog log = open()) {
            IntakeMemory memory = log.recall();
            assertThat(memory).isEqualTo(new IntakeMemory(List.of(), List.of(Known.of(before))));
            assertThat(poll(log, 1)).extracting(one -> ((Readable) one).arrival().change()).containsExactly(Examples.about("c", "o"));
            log.begin("begun-1", memory, List.of(Known.of(before)), List.of());
            fails(Failure.LINE_EXISTS, () -> log.begin("begun-1", memory, List.of(), List.of()));
            fails(Failure.LINE_EXISTS, () -> log.begin("begun-2", memory, List.of(Known.of(before)), List.of()));
        }
        assertThat(test.committed(Topic.INTAKE)).as("begun once").hasSize(2);
    }

    @Test
    void shouldKeepWhatItHasTakenInWhenItShouldBecomeABranch() {
        test.facts(Examples.about("a", "o"));
        try (KafkaIntakeLog log = open()) {
            log.recall();
            log.commit(accept(new Accumulator(RULES, IntakeMemory.NONE), poll(log, 1)));
        }

        try (KafkaIntakeLog log = open()) {
            IntakeMemory memory = log.recall();
            fails(Failure.LINE_EXISTS, () -> log.begin("begun-1", memory, List.of(), List.of()));
        }
    }

    @Test
    void shouldKeepLinesApartThatReadTheSameFacts() {
        test.facts(Examples.about("a", "o"));
        var other = new ModelLine(test.line.topics(), "other");
        try (KafkaIntakeLog log = open()) {
            log.recall();
            log.commit(accept(new Accumulator(RULES, IntakeMemory.NONE), poll(log, 1)));
        }

        try (KafkaIntakeLog log = KafkaIntakeLog.open(test.settings, other, FactLimits.DEFAULT, TestLine.CLOCK)) {
            assertThat(log.recall()).isEqualTo(IntakeMemory.NONE);
            poll(log, 1);
        }
    }

    @Test
    void shouldRefuseToPublishWhatWouldBeRefused() {
        try (FactPublisher publisher = publisher(test.settings)) {
            fails(
                    Failure.FACT_TOO_LARGE,
                    () -> publisher.publish(List.of(Examples.about("fine", "o"), Examples.about("s".repeat(501), "o"))));
            fails(Failure.FACT_UNREADABLE, () -> publisher.publish(List.of(Examples.about("\ud800", "o"))));
            assertThat(test.committed(Topic.FACTS)).isEmpty();

            assertThat(publisher.publish(List.of(Examples.asserted(), Examples.retracted()))).hasSize(2).doesNotHaveDuplicates();
        }
        var headers = test.committed(Topic.FACTS).get(0).headers();
        assertThat(headers.lastHeader("content-type").value()).asString().isEqualTo("application/json");
    }

    @Test
    void shouldSayThatNoBrokerAnswers() {
        KafkaSettings nobody = new KafkaSettings("127.0.0.1:1", Map.of("max.block.ms", "500", "default.api.timeout.ms", "500"));

        fails(Failure.LOG_UNREACHABLE, () -> KafkaIntakeLog.open(nobody, test.line, FactLimits.DEFAULT, TestLine.CLOCK));
        fails(Failure.LOG_UNREACHABLE, () -> publisher(nobody).publish(List.of(Examples.asserted())));
    }
}
