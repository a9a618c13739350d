package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogTail;
import dev.errata.stream.LogTail.Spot;
import dev.errata.stream.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KafkaTailsTest {
    private final TestLine test = TestLine.make();
    private final KafkaTails tails = new KafkaTails(test.settings, test.line, Set.of(Topic.VERSIONS, Topic.OUTCOMES));

    private void commit(long number) {
        test.intent("s" + number);
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            log.commit(TestLine.edit(number));
        }
    }

    /** Everything up to where the tail was opened, and where to go on. */
    private static LogTail.Portion all(LogTail tail) {
        List<LogTail.Entry> entries = new ArrayList<>();
        LogTail.Portion last;
        do {
            last = tail.poll(TestLine.SOON);
            entries.addAll(last.entries());
        } while (!last.caughtUp());
        return new LogTail.Portion(entries, last.next(), true);
    }

    @Test
    void shouldGoOnWhereItsReaderLeftTheLog() {
        commit(1);
        Map<Spot, Long> next;
        try (LogTail tail = tails.open(Map.of())) {
            LogTail.Portion first = all(tail);
            assertThat(first.entries()).extracting(LogTail.Entry::topic).containsExactlyInAnyOrder(Topic.VERSIONS, Topic.OUTCOMES);
            next = first.next();
        }
        try (LogTail tail = tails.open(next)) {
            assertThat(all(tail).entries()).isEmpty();
        }

        commit(2);

        try (LogTail tail = tails.open(next)) {
            assertThat(all(tail).entries()).hasSize(2).allMatch(entry -> entry.record().value() != null);
        }
    }

    @Test
    void shouldSayWhichTopicsTheseAre() {
        KafkaTails others = new KafkaTails(test.settings, TestLine.make().line, Set.of(Topic.VERSIONS, Topic.OUTCOMES));

        assertThat(tails.identity()).isEqualTo(tails.identity()).isNotEqualTo(others.identity());
    }

    @Test
    void shouldRefuseWhenTheLogDoesNotHoldThePlace() {
        try (LogTail tail = tails.open(Map.of(new Spot(Topic.VERSIONS, 0), 1000L))) {
            assertThatThrownBy(() -> all(tail))
                    .asInstanceOf(type(ErrataException.class))
                    .satisfies(e -> assertThat(e.failure()).isEqualTo(Failure.TOPIC_MISMATCH));
        }
    }
}
