package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.stream.KafkaSettings;
import dev.errata.stream.SharedTarget;
import dev.errata.stream.TargetFeed;
import dev.errata.stream.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaTargetsTest {
    private final TestLine test = TestLine.make();

    private static String key(int number) {
        return String.format("%064x", number);
    }

    private static SharedTarget target(int number) {
        return new SharedTarget(key(number), ("target " + number).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> read(TargetFeed feed, int count) {
        Map<String, String> read = new HashMap<>();
        for (int i = 0; i < count; i++) {
            SharedTarget next = feed.next(TestLine.SOON).orElseThrow();
            read.put(next.key(), new String(next.bytes(), StandardCharsets.UTF_8));
        }
        assertThat(feed.next(Duration.ofMillis(300))).isEmpty();
        return read;
    }

    @Test
    void shouldGiveEveryWorkerWhatAnyOfThemHasOffered() {
        try (KafkaTargets one = new KafkaTargets(test.settings, test.line, TestLine.CLOCK);
                KafkaTargets other = new KafkaTargets(test.settings, test.line, TestLine.CLOCK);
                TargetFeed early = other.feed()) {
            one.offer(target(1));
            other.offer(target(2));

            Map<String, String> all = Map.of(key(1), "target 1", key(2), "target 2");
            assertThat(read(early, 2)).isEqualTo(all);
            try (TargetFeed late = one.feed()) {
                assertThat(read(late, 2)).isEqualTo(all);
            }
        }
        assertThat(test.committed(Topic.TARGETS)).hasSize(2).allSatisfy(record ->
                assertThat(Records.header(record, "ce_type")).isEqualTo("dev.errata.target.kept.v1"));
    }

    @Test
    void shouldLeaveOutWhatIsNoTarget() {
        String topic = test.line.topic(Topic.TARGETS);
        test.send(List.of(
                new ProducerRecord<>(topic, "stranger".getBytes(StandardCharsets.UTF_8), new byte[] {1}),
                new ProducerRecord<>(topic, key(3).getBytes(StandardCharsets.UTF_8), null)));
        try (KafkaTargets targets = new KafkaTargets(test.settings, test.line, TestLine.CLOCK);
                TargetFeed feed = targets.feed()) {
            targets.offer(target(1));

            Map<String, String> read = new HashMap<>();
            for (int i = 0; i < 6; i++) {
                feed.next(Duration.ofMillis(500)).ifPresent(next -> read.put(next.key(), new String(next.bytes(), StandardCharsets.UTF_8)));
            }
            assertThat(read).isEqualTo(Map.of(key(1), "target 1"));
        }
    }

    /** An edit must not stand still for a cache. */
    @Test
    void shouldGoOnWhenNoBrokerAnswers() {
        KafkaSettings nobody = new KafkaSettings("localhost:1", Map.of());
        long start = System.nanoTime();
        try (KafkaTargets targets = new KafkaTargets(nobody, test.line, TestLine.CLOCK)) {
            targets.offer(target(1));
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
}
