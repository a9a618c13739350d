package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Accumulator;
import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Intent;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Received;
import dev.errata.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** One fact's way through a broker that is not ours: published, sealed, edited, committed, announced, followed. */
@Testcontainers(disabledWithoutDocker = true)
class KafkaContainerIT {
    @Container
    private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.1.2");

    @Test
    void shouldCarryAFactFromTheFactsTopicToAFollower() {
        TestLine test = new TestLine(KafkaSettings.of(KAFKA.getBootstrapServers()), Topics.DEFAULT);
        try (FactPublisher publisher = new FactPublisher(test.settings, Topics.DEFAULT, FactLimits.DEFAULT, TestLine.CLOCK)) {
            publisher.publish(List.of(Examples.asserted()));
        }

        seal(test);
        edit(test);

        try (KafkaVersionFeed feed = new KafkaVersionFeed(test.settings, test.line);
                KafkaDeltaFeed deltas = new KafkaDeltaFeed(test.settings, test.line)) {
            Version version = feed.next(TestLine.SOON).orElseThrow();
            assertThat(version).isEqualTo(TestLine.edit(1).version().orElseThrow());
            assertThat(deltas.read(1, ((Edited) version.change()).delta(), 0)).isEqualTo(TestLine.DELTA);
        }
    }

    private static void seal(TestLine test) {
        AccumulatorRules rules = new AccumulatorRules(1, Duration.ofHours(1), ConflictRule.LATER);
        try (KafkaIntakeLog log = KafkaIntakeLog.open(test.settings, test.line, FactLimits.DEFAULT, TestLine.CLOCK)) {
            Accumulator accumulator = new Accumulator(rules, log.recall());
            Received.Readable read = (Received.Readable) log.poll(Duration.ofSeconds(20)).get(0);
            log.commit(accumulator.accept(read.arrival()));
        }
    }

    private static void edit(TestLine test) {
        try (KafkaEditLog log = test.replayed()) {
            Optional<Intent> intent = log.next(Duration.ofSeconds(20));
            assertThat(((Intent.Edit) intent.orElseThrow()).batch().arrivals().get(0).change()).isEqualTo(Examples.asserted());
            log.commit(TestLine.edit(1));
            log.announce(Examples.head(1));
        }
    }
}
