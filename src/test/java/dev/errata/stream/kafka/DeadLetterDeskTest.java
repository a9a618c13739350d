package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Received;
import dev.errata.stream.Received.Readable;
import dev.errata.stream.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What was given up comes back as it was, and remembers. */
class DeadLetterDeskTest {
    private static final FactLimits TIGHT = new FactLimits(500, 1000, 3, 64, 2000, 65536);

    private final TestLine test = TestLine.make();
    private final DeadLetterDesk desk = new DeadLetterDesk(test.settings, test.line.topics());

    private List<Received> takeIn(FactLimits limits) {
        try (KafkaIntakeLog log = KafkaIntakeLog.open(test.settings, test.line, limits, TestLine.CLOCK)) {
            log.recall();
            List<Received> received = log.poll(TestLine.SOON);
            log.commit(List.of());
            return received;
        }
    }

    private List<DeadLetter> letters() {
        List<DeadLetter> letters = new ArrayList<>();
        desk.forEach(letters::add);
        return letters;
    }

    @Test
    void shouldTakeARecordInUnderItsOwnEventWhenItIsPutBackAndCanBeRead() {
        FactChange change = Examples.about("s", "long object");
        test.facts(change);
        takeIn(TIGHT);

        int back = desk.retry(letter -> true, (letter, why) -> {});

        assertThat(back).isEqualTo(1);
        assertThat(takeIn(FactLimits.DEFAULT)).singleElement().isInstanceOfSatisfying(Readable.class, readable ->
                assertThat(readable.arrival().change()).isEqualTo(change));
    }

    @Test
    void shouldTellTheFirstReasonAndTheNumberWhenItIsGivenUpAgain() {
        test.facts(Examples.about("s", "long object"));
        takeIn(TIGHT);
        desk.retry(letter -> letter.code().equals("FACT_TOO_LARGE"), (letter, why) -> {});
        takeIn(new FactLimits(500, 2, 200, 64, 2000, 65536));

        List<DeadLetter> letters = letters();

        assertThat(letters).extracting(DeadLetter::attempts).containsExactly(1, 2);
        DeadLetter again = letters.get(1);
        assertThat(again.reason()).startsWith("prompt chars:");
        assertThat(again.told("first-reason")).contains(letters.get(0).reason()).hasValueSatisfying(reason ->
                assertThat(reason).startsWith("object chars:"));
        assertThat(again.told("first-code")).contains("FACT_TOO_LARGE");
        assertThat(again.told("first-time")).isEqualTo(letters.get(0).told("time"));
        assertThat(again.record().value()).isEqualTo(letters.get(0).record().value());
    }

    @Test
    void shouldLeaveWhatNobodyAskedFor() {
        test.facts(Examples.about("s", "long object"));
        takeIn(TIGHT);

        assertThat(desk.retry(letter -> letter.code().equals("FACT_UNREADABLE"), (letter, why) -> {})).isZero();
        assertThat(test.committed(Topic.FACTS)).hasSize(1);
    }

    @Test
    void shouldSayWhyALetterCannotBePutBack() {
        RawRecord cut = new RawRecord(new Position(0, 1), Examples.NOON, null, new byte[Topic.LARGE_BYTES], List.of());
        RawRecord intent = new RawRecord(new Position(0, 2), Examples.NOON, null, new byte[1], List.of());
        test.send(List.<ProducerRecord<byte[], byte[]>>of(
                DeadLetters.of(test.line, Topic.FACTS, cut, Failure.FACT_TOO_LARGE, "large", Examples.NOON),
                DeadLetters.of(test.line, Topic.BATCHES, intent, Failure.INTENT_UNREADABLE, "no intent", Examples.NOON)));
        List<String> reasons = new ArrayList<>();

        int back = desk.retry(letter -> true, (letter, why) -> reasons.add(why));

        assertThat(back).isZero();
        assertThat(reasons).hasSize(2);
        assertThat(reasons.get(0)).startsWith("value: cut, ");
        assertThat(reasons.get(1)).startsWith("topic: ").contains(".batches");
    }

    /** History may be long; what a source may send is not less for it. */
    @Test
    void shouldNotCountHistoryAgainstTheLimitOfARecord() {
        EventId event = Examples.about("s", "o").event();
        test.facts(Examples.about("s", "o"));
        int bytes = (int) Records.raw(test.committed(Topic.FACTS).get(0)).bytes();
        takeIn(new FactLimits(500, 1000, 200, 64, 2000, bytes - 1));
        desk.retry(letter -> true, (letter, why) -> {});

        Optional<EventId> taken = takeIn(new FactLimits(500, 1000, 200, 64, 2000, bytes)).stream()
                .filter(Readable.class::isInstance)
                .map(received -> ((Readable) received).arrival().change().event())
                .findFirst();

        assertThat(taken).contains(event);
    }
}
