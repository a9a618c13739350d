package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import dev.errata.stream.Examples;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.event.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaEditLogTest {
    private static final List<Topic> COMMITTED =
            List.of(Topic.DELTAS, Topic.KEYS, Topic.VERSIONS, Topic.EVALUATIONS, Topic.OUTCOMES, Topic.LEDGER);

    private final TestLine test = TestLine.make();

    private record Replayed(Version version, String delta, String pairs) {}

    private List<Replayed> replay() {
        List<Replayed> all = new ArrayList<>();
        try (KafkaEditLog log = test.editLog()) {
            log.replay((version, delta, pairs) -> all.add(new Replayed(version, new String(delta), new String(pairs))));
        }
        return all;
    }

    private static void fails(Failure failure, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }

    private void nothingIsVisible() {
        COMMITTED.forEach(topic -> assertThat(test.committed(topic)).as(topic.name()).isEmpty());
        // That the first intent was in hand may be noted; that it is done, not.
        assertThat(test.consumed("worker").values()).allSatisfy(offset -> assertThat(offset).isZero());
    }

    @Test
    void shouldCountAttemptsAcrossOpeningsUntilTheIntentIsDone() {
        List.of("first", "second").forEach(test::intent);
        List<Integer> attempts = new ArrayList<>();

        for (int i = 0; i < 3; i++) {
            try (KafkaEditLog log = test.replayed()) {
                log.next(TestLine.SOON);
                attempts.add(log.attempts());
            }
        }
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            attempts.add(log.attempts());
            log.excuse();
        }
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            attempts.add(log.attempts());
            log.commit(Commit.without(List.of()));
            log.next(TestLine.SOON);
            attempts.add(log.attempts());
        }
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            attempts.add(log.attempts());
        }

        assertThat(attempts).containsExactly(1, 2, 3, 4, 1, 1, 1);
    }

    @Test
    void shouldTellHowManyIntentsWaitWhenOneIsTakenUp() {
        List.of("first", "second", "third").forEach(test::intent);

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).isPresent();
            assertThat(log.waiting()).isEqualTo(2);
            log.commit(Commit.without(List.of()));
            log.next(TestLine.SOON);
            log.commit(Commit.without(List.of()));
            log.next(TestLine.SOON);
            assertThat(log.waiting()).isZero();
        }
    }

    @Test
    void shouldReplayWhatWasCommittedAndGoOnAfterIt() {
        Intent first = test.intent("first");
        Intent second = test.intent("second");
        Commit edit = TestLine.edit(1);
        Version back = Examples.rollback(2, 0);

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).contains(first);
            log.commit(edit);
            log.announce(Examples.head(1));
        }
        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).contains(second);
            log.commit(new Commit(Optional.of(back), new byte[0], new byte[0], Optional.empty(), List.of(), List.of(), Optional.empty()));
            assertThat(log.next(Duration.ZERO)).isEmpty();
        }

        assertThat(replay())
                .containsExactly(new Replayed(edit.version().orElseThrow(), "a delta", "the pairs"), new Replayed(back, "", ""));
        assertThat(test.committed(Topic.HEAD)).hasSize(1);
    }

    @Test
    void shouldConsumeAnIntentThatMadeNoVersion() {
        test.intent("rejected");
        Intent next = test.intent("next");

        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            log.commit(Commit.without(List.of(Examples.outcome(Examples.rejected()))));
        }

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).contains(next);
        }
        assertThat(test.committed(Topic.OUTCOMES)).hasSize(1);
        assertThat(test.committed(Topic.VERSIONS)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DELTAS", "KEYS", "VERSIONS", "EVALUATIONS", "OUTCOMES", "LEDGER"})
    void shouldLeaveNothingWhenTheCommitFailsHalfWay(Topic topic) {
        Intent intent = test.intent("s");

        Transactions failing = new Transactions(test.failingAt(topic, "worker"));
        try (KafkaEditLog log = new KafkaEditLog(failing, ClientFactory.of(test.settings), test.line, TestLine.CLOCK)) {
            log.replay((version, delta, pairs) -> {});
            log.next(TestLine.SOON);
            fails(Failure.COMMIT_ABORTED, () -> log.commit(TestLine.edit(1)));
        }

        nothingIsVisible();
        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).contains(intent);
        }
    }

    @Test
    void shouldLeaveNothingWhenTheProcessDiesHalfWay() {
        Intent intent = test.intent("s");
        KafkaProducer<byte[], byte[]> died = Clients.transactional(test.settings, test.line.role("worker"));
        died.initTransactions();
        died.beginTransaction();
        Answers.of("testing", died.send(Records.of(test.line.topic(Topic.VERSIONS), new byte[] {1}, Events.of(
                test.line, TestLine.edit(1).version().orElseThrow(), 0))));

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).contains(intent);
            nothingIsVisible();
            log.commit(TestLine.edit(1));
        }

        assertThatThrownBy(died::commitTransaction).isNotNull();
        died.close(Duration.ZERO);
        assertThat(test.committed(Topic.VERSIONS)).hasSize(1);
    }

    @Test
    void shouldFenceTheEditorThatWasOpenedBefore() {
        test.intent("s");
        try (KafkaEditLog older = test.replayed()) {
            older.next(TestLine.SOON);

            try (KafkaEditLog newer = test.replayed()) {
                fails(Failure.WORKER_FENCED, () -> older.commit(TestLine.edit(1)));
                nothingIsVisible();
                assertThat(newer.next(TestLine.SOON)).isPresent();
                newer.commit(TestLine.edit(1));
            }
        }
        assertThat(test.committed(Topic.VERSIONS)).hasSize(1);
    }

    @Test
    void shouldNotLetAFencedEditorAnnounce() {
        try (KafkaEditLog older = test.replayed()) {
            test.editLog().close();

            fails(Failure.WORKER_FENCED, () -> older.announce(Examples.head(0)));
        }
        assertThat(test.committed(Topic.HEAD)).isEmpty();
    }

    @Test
    void shouldRefuseToCommitAgainAfterAFailure() {
        test.intent("s");
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            fails(Failure.CHUNK_INVALID, () -> log.commit(altered(TestLine.edit(1))));

            assertThatThrownBy(() -> log.announce(Examples.head(0))).isInstanceOf(IllegalStateException.class);
        }
        nothingIsVisible();
    }

    private static Commit altered(Commit commit) {
        return new Commit(
                commit.version(), "A delta".getBytes(), commit.pairs(), commit.evaluation(), commit.outcomes(), commit.ledger(),
                commit.declined());
    }

    @Test
    void shouldRefuseAVersionThatDoesNotFollow() {
        test.intent("s");
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);

            fails(Failure.VERSION_CHAIN_BROKEN, () -> log.commit(TestLine.edit(2)));
        }
        nothingIsVisible();
    }

    @Test
    void shouldBuryABrokenIntentAndGoOn() {
        test.send(List.of(new ProducerRecord<>(test.line.topic(Topic.BATCHES), test.line.model().getBytes(), "{".getBytes())));
        Intent good = test.intent("good");

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).isEmpty();
            assertThat(log.next(TestLine.SOON)).contains(good);
        }

        var letter = test.committed(Topic.DEAD_LETTERS).get(0);
        assertThat(letter.value()).asString().isEqualTo("{");
        assertThat(Records.header(letter, "errata-code")).isEqualTo("INTENT_UNREADABLE");
        assertThat(Records.header(letter, "errata-topic")).isEqualTo(test.line.topic(Topic.BATCHES));
        assertThat(test.consumed("worker").values()).containsExactly(1L);
    }

    @Test
    void shouldSayThatTopicsAreMissing() {
        ModelLine nowhere = new ModelLine(new Topics("nowhere."), "m");

        fails(Failure.TOPIC_MISMATCH, () -> KafkaEditLog.open(test.settings, nowhere, TestLine.CLOCK));
    }

    @Test
    void shouldNotSeeOtherLines() {
        ModelLine other = new ModelLine(test.line.topics(), "other");
        test.send(List.of(Records.of(
                other.topic(Topic.BATCHES), "other".getBytes(), Events.of(other, new Intent.Rollback("r", 0, "", Examples.NOON)))));
        Intent ours = test.intent("ours");

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(TestLine.SOON)).contains(ours);
            log.commit(TestLine.edit(1));
        }

        try (KafkaEditLog log = KafkaEditLog.open(test.settings, other, TestLine.CLOCK)) {
            log.replay((version, delta, pairs) -> assertThat(version).isNull());
            assertThat(log.next(TestLine.SOON).orElseThrow().id()).isEqualTo("r");
        }
    }

    /** The other line's open transaction holds the last stable offset back, below versions that are long committed. */
    @Test
    void shouldReplayEverythingCommittedThoughAnotherLineIsInATransaction() throws Exception {
        test.intent("s");
        try (KafkaEditLog log = test.replayed();
                KafkaProducer<byte[], byte[]> other = Clients.transactional(test.settings, test.line.topics().prefix() + "other")) {
            log.next(TestLine.SOON);
            other.initTransactions();
            other.beginTransaction();
            other.send(new ProducerRecord<>(test.line.topic(Topic.VERSIONS), "other".getBytes(), new byte[1])).get();
            log.commit(TestLine.edit(1));

            CompletableFuture<List<Replayed>> replay = CompletableFuture.supplyAsync(this::replay);
            assertThat(replay.copy().completeOnTimeout(null, 2, TimeUnit.SECONDS).get()).isNull();
            other.abortTransaction();

            assertThat(replay.get(20, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void shouldNotCarryOutAVersionsIntentAgainWhenTheBrokerForgotTheOffset() throws Exception {
        test.intent("s");
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            log.commit(TestLine.edit(1));
        }
        try (Admin admin = Clients.admin(test.settings)) {
            admin.deleteConsumerGroups(Set.of(test.line.role("worker"))).all().get();
        }
        assertThat(test.consumed("worker")).isEmpty();

        try (KafkaEditLog log = test.replayed()) {
            assertThat(log.next(Duration.ofSeconds(1))).isEmpty();
        }
    }
}
