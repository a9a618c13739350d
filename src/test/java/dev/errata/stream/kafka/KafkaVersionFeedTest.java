package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Chunks;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.Head;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaVersionFeedTest {
    private static final byte[] PAYLOAD = "a payload".getBytes();
    private static final PayloadRef REF = Chunks.ref(PAYLOAD, Chunks.split(PAYLOAD, 5));

    private final TestLine test = TestLine.make();

    private Version version(long number) {
        return Examples.version(
                test.line.model(), number, new Edited(List.of(LiveFact.of(Examples.asserted())), List.of(), List.of(), REF, REF));
    }

    private void publish(Version version) {
        test.send(Topic.VERSIONS, Events.of(test.line, version, 0));
    }

    private void announce(Head head) {
        test.send(Topic.HEAD, Events.of(test.line, head));
    }

    private void halts(Failure failure, String... expected) {
        try (KafkaVersionFeed feed = new KafkaVersionFeed(test.settings, test.line)) {
            assertThatThrownBy(() -> drain(feed))
                    .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure))
                    .hasMessageContainingAll(expected);
            assertThatThrownBy(() -> feed.next(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        }
    }

    private static List<Version> drain(KafkaVersionFeed feed) {
        List<Version> versions = new ArrayList<>();
        for (Optional<Version> next = feed.next(TestLine.SOON); next.isPresent(); next = feed.next(Duration.ofMillis(300))) {
            versions.add(next.get());
        }
        return versions;
    }

    @Test
    void shouldGiveWhatIsAnnouncedInOrderAndNoMore() {
        publish(version(1));
        publish(Examples.rollback(2, 0));
        publish(version(3));

        try (KafkaVersionFeed feed = new KafkaVersionFeed(test.settings, test.line)) {
            assertThat(feed.next(Duration.ofMillis(300))).isEmpty();
            assertThat(feed.head()).isEmpty();

            announce(Examples.head(2));
            assertThat(drain(feed)).containsExactly(version(1), Examples.rollback(2, 0));
            assertThat(feed.head()).contains(Examples.head(2));

            announce(Examples.head(3));
            assertThat(drain(feed)).containsExactly(version(3));
        }
    }

    @Test
    void shouldHaltOnAMissingVersion() {
        publish(version(1));
        publish(Examples.rollback(3, 0));
        announce(Examples.head(3));

        halts(Failure.VERSION_CHAIN_BROKEN, "version 3 after 1");
    }

    @Test
    void shouldHaltOnAVersionWithAnotherParent() {
        publish(version(1));
        Version two = Examples.rollback(2, 0);
        publish(new Version(
                two.model(), 2, two.intent(), two.change(), Examples.sha256("stranger"), two.digest(), two.tensors(), two.committedAt(),
                two.provenance()));
        announce(Examples.head(2));

        halts(Failure.VERSION_CHAIN_BROKEN, "version 2: parent " + Examples.sha256("stranger"));
    }

    @Test
    void shouldHaltWhenTheHeadIsNotInTheLog() {
        publish(version(1));
        announce(Examples.head(2));

        halts(Failure.VERSION_CHAIN_BROKEN, "no version 2", "as announced");
    }

    @Test
    void shouldHaltWhenTheHeadHasAnotherDigest() {
        publish(version(1));
        announce(new Head(test.line.model(), 1, Examples.sha256("stranger"), Examples.NOON));

        halts(Failure.VERSION_CHAIN_BROKEN, "digest of version 1");
    }

    @Test
    void shouldHaltOnAVersionThatIsNone() {
        test.send(List.of(new ProducerRecord<>(test.line.topic(Topic.VERSIONS), RecordKey.of(test.line.model()), "{}".getBytes())));
        announce(Examples.head(1));

        halts(Failure.RECORD_UNREADABLE, "dev.errata.version.committed.v1");
    }
}
