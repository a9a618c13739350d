package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.Head;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.RawRecord;
import dev.errata.stream.SettledOutcome;
import dev.errata.stream.Topic;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaHistoryTest {
    private final TestLine test = TestLine.make();
    private final KafkaHistory history = new KafkaHistory(test.settings, test.line);

    @Test
    void shouldTellEverythingThatWasCommittedAndThenWhatComes() {
        test.intent("s");
        Commit edit = TestLine.edit(1);
        Version version = edit.version().orElseThrow();
        Version back = Examples.rollback(2, 0);
        LedgerChange gone = new LedgerChange.Removed(Examples.asserted().key());

        try (TopicReader<Version> versions = history.versions();
                TopicReader<LedgerChange> ledger = history.ledger();
                KafkaEditLog log = test.replayed()) {
            assertThat(versions.catchUp()).isEmpty();
            log.next(TestLine.SOON);
            log.commit(edit);
            log.announce(Examples.head(1));
            assertThat(versions.catchUp()).containsExactly(version);
            assertThat(ledger.catchUp()).containsExactly(Examples.written(1));

            test.intent("t");
            log.next(TestLine.SOON);
            log.commit(new Commit(
                    Optional.of(back), new byte[0], new byte[0], Optional.empty(), List.of(), List.of(gone), Optional.empty()));
            assertThat(versions.next(TestLine.SOON)).contains(back);
            assertThat(ledger.next(TestLine.SOON)).contains(gone);
        }

        try (TopicReader<Evaluation> evaluations = history.evaluations();
                TopicReader<SettledOutcome> outcomes = history.outcomes();
                TopicReader<Head> heads = history.heads()) {
            assertThat(evaluations.catchUp()).containsExactly(Examples.evaluation(1));
            assertThat(outcomes.catchUp())
                    .containsExactly(new SettledOutcome(Examples.outcome(Examples.applied()), version.committedAt()));
            assertThat(heads.catchUp()).containsExactly(Examples.head(1));
        }
    }

    @Test
    void shouldShowABrokenIntentAmongDeadLettersOnly() {
        test.send(List.of(new ProducerRecord<>(test.line.topic(Topic.BATCHES), test.line.model().getBytes(), "{".getBytes())));
        Intent good = test.intent("good");
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
        }

        try (TopicReader<Intent> intents = history.intents();
                TopicReader<DeadLetter> letters = history.deadLetters()) {
            assertThat(intents.catchUp()).containsExactly(good);
            assertThat(letters.catchUp()).singleElement().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("INTENT_UNREADABLE");
                assertThat(letter.record().value()).asString().isEqualTo("{");
            });
        }
    }

    @Test
    void shouldTellWhatLiesOnTheFactsTopicWhetherItCanBeReadOrNot() {
        Position nonsense;
        Position fact;
        try (FactPublisher publisher = new FactPublisher(test.settings, test.line.topics(), FactLimits.DEFAULT, TestLine.CLOCK)) {
            nonsense = publisher.publishRaw(null, "nonsense".getBytes());
            fact = publisher.publish(List.of(Examples.asserted())).get(0);
        }

        try (TopicReader<RawRecord> facts = history.facts()) {
            assertThat(facts.catchUp()).extracting(RawRecord::position).containsExactlyInAnyOrder(nonsense, fact);
        }
    }
}
