package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Chunk;
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
import dev.errata.stream.VersionFeed;
import dev.errata.stream.event.EventType;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaVersionFeedTest {
    private static final byte[] PAYLOAD = "a payload of five chunks".getBytes();
    private static final List<Chunk> CHUNKS = Chunks.split(PAYLOAD, 5);
    private static final PayloadRef REF = Chunks.ref(PAYLOAD, CHUNKS);

    private final TestLine test = TestLine.make();

    private Version version(long number) {
        return Examples.version(
                test.line.model(), number, new Edited(List.of(LiveFact.of(Examples.asserted())), List.of(), List.of(), REF, REF));
    }

    /** A delta's chunks as the editor writes them; to be spoilt and sent. */
    private List<ProducerRecord<byte[], byte[]>> chunks(long number) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < CHUNKS.size(); i++) {
            var event = Events.of(test.line, EventType.DELTA_CHUNK, version(number), CHUNKS.get(i), REF.chunks().get(i));
            records.add(Records.of(test.line.topic(Topic.DELTAS), RecordKey.of(test.line.model()), event));
        }
        return records;
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

    private static List<VersionFeed.Item> drain(KafkaVersionFeed feed) {
        List<VersionFeed.Item> items = new ArrayList<>();
        for (Optional<VersionFeed.Item> next = feed.next(TestLine.SOON); next.isPresent(); next = feed.next(Duration.ofMillis(300))) {
            items.add(next.get());
        }
        return items;
    }

    @Test
    void shouldGiveWhatIsAnnouncedInOrderAndNoMore() {
        test.send(chunks(1));
        publish(version(1));
        publish(Examples.rollback(2, 0));
        test.send(chunks(3));
        publish(version(3));

        try (KafkaVersionFeed feed = new KafkaVersionFeed(test.settings, test.line)) {
            assertThat(feed.next(Duration.ofMillis(300))).isEmpty();
            assertThat(feed.head()).isEmpty();

            announce(Examples.head(2));
            List<VersionFeed.Item> items = drain(feed);
            assertThat(items).extracting(item -> item.version().number()).containsExactly(1L, 2L);
            assertThat(items.get(0).delta().orElseThrow()).isEqualTo(PAYLOAD);
            assertThat(items.get(1).delta()).isEmpty();
            assertThat(feed.head()).contains(Examples.head(2));

            announce(Examples.head(3));
            assertThat(drain(feed)).extracting(VersionFeed.Item::version).containsExactly(version(3));
        }
    }

    @Test
    void shouldGiveWhatTheEditorCommits() {
        test.intent("s");
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            log.commit(TestLine.edit(1));
            log.announce(Examples.head(1));
        }

        try (KafkaVersionFeed feed = new KafkaVersionFeed(test.settings, test.line)) {
            assertThat(feed.next(TestLine.SOON).orElseThrow().delta().orElseThrow()).isEqualTo(TestLine.DELTA);
        }
    }

    @Test
    void shouldHaltOnAMissingChunk() {
        List<ProducerRecord<byte[], byte[]>> chunks = chunks(1);
        chunks.remove(2);
        test.send(chunks);
        publish(version(1));
        announce(Examples.head(1));

        halts(Failure.CHUNK_INVALID, "chunk 4/5 of version 1", "(expected: chunk 3/5 of version 1)");
    }

    @Test
    void shouldHaltWhenTheLastChunkIsMissing() {
        test.send(chunks(1).subList(0, 4));
        publish(version(1));
        announce(Examples.head(1));

        halts(Failure.CHUNK_INVALID, "nothing at the end", "(expected: chunk 5/5 of version 1)");
    }

    @Test
    void shouldHaltOnARepeatedChunk() {
        List<ProducerRecord<byte[], byte[]>> chunks = chunks(1);
        chunks.add(2, chunks.get(1));
        test.send(chunks);
        publish(version(1));
        announce(Examples.head(1));

        halts(Failure.CHUNK_INVALID, "chunk 2/5 of version 1", "(expected: chunk 3/5 of version 1)");
    }

    @Test
    void shouldHaltOnReorderedChunks() {
        List<ProducerRecord<byte[], byte[]>> chunks = chunks(1);
        chunks.add(1, chunks.remove(3));
        test.send(chunks);
        publish(version(1));
        announce(Examples.head(1));

        halts(Failure.CHUNK_INVALID, "chunk 4/5 of version 1", "(expected: chunk 2/5 of version 1)");
    }

    @Test
    void shouldHaltOnAChunkThatIsAlteredByOneBit() {
        List<ProducerRecord<byte[], byte[]>> chunks = chunks(1);
        byte[] value = chunks.get(3).value().clone();
        value[0] ^= 1;
        ProducerRecord<byte[], byte[]> right = chunks.get(3);
        chunks.set(3, new ProducerRecord<>(right.topic(), null, right.key(), value, right.headers()));
        test.send(chunks);
        publish(version(1));
        announce(Examples.head(1));

        halts(Failure.CHUNK_INVALID, "deltas of version 1", "SHA-256");
    }

    @Test
    void shouldHaltOnAChunkOfAnotherVersion() {
        test.send(chunks(2));
        publish(version(1));
        announce(Examples.head(1));

        halts(Failure.CHUNK_INVALID, "chunk 1/5 of version 2", "(expected: chunk 1/5 of version 1)");
    }

    @Test
    void shouldHaltOnAMissingVersion() {
        test.send(chunks(1));
        publish(version(1));
        publish(Examples.rollback(3, 0));
        announce(Examples.head(3));

        halts(Failure.VERSION_CHAIN_BROKEN, "version 3 after 1");
    }

    @Test
    void shouldHaltOnAVersionWithAnotherParent() {
        test.send(chunks(1));
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
        test.send(chunks(1));
        publish(version(1));
        announce(Examples.head(2));

        halts(Failure.VERSION_CHAIN_BROKEN, "no version 2", "as announced");
    }

    @Test
    void shouldHaltWhenTheHeadHasAnotherDigest() {
        test.send(chunks(1));
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
