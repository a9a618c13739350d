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
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventType;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaDeltaFeedTest {
    private static final byte[] PAYLOAD = "a payload of five chunks".getBytes();
    private static final List<Chunk> CHUNKS = Chunks.split(PAYLOAD, 5);
    private static final PayloadRef REF = Chunks.ref(PAYLOAD, CHUNKS);

    private final TestLine test = TestLine.make();

    /** A delta's chunks as the editor writes them; to be spoilt and sent. */
    private List<ProducerRecord<byte[], byte[]>> chunks(long number) {
        return chunks(test.line, number, PAYLOAD);
    }

    private static List<ProducerRecord<byte[], byte[]>> chunks(ModelLine line, long number, byte[] payload) {
        List<Chunk> split = Chunks.split(payload, 5);
        PayloadRef ref = Chunks.ref(payload, split);
        Version version = Examples.version(
                line.model(), number, new Edited(List.of(LiveFact.of(Examples.asserted())), List.of(), List.of(), ref, ref));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < split.size(); i++) {
            var event = Events.of(line, EventType.DELTA_CHUNK, version, split.get(i), ref.chunks().get(i));
            records.add(Records.of(line.topic(Topic.DELTAS), RecordKey.of(line.model()), event));
        }
        return records;
    }

    private void halts(Failure failure, String... expected) {
        try (KafkaDeltaFeed feed = new KafkaDeltaFeed(test.settings, test.line)) {
            assertThatThrownBy(() -> feed.read(1, REF, 0))
                    .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure))
                    .hasMessageContainingAll(expected);
        }
    }

    @Test
    void shouldGiveWhatTheEditorCommits() {
        test.intent("s");
        try (KafkaEditLog log = test.replayed()) {
            log.next(TestLine.SOON);
            log.commit(TestLine.edit(1));
        }

        try (KafkaDeltaFeed feed = new KafkaDeltaFeed(test.settings, test.line)) {
            PayloadRef ref = Chunks.ref(TestLine.DELTA, Chunks.split(TestLine.DELTA, Integer.MAX_VALUE));
            assertThat(feed.read(1, ref, 0)).isEqualTo(TestLine.DELTA);
        }
    }

    /** Every third version has no delta, another line's chunks lie between. */
    @Test
    void shouldGiveAnyVersionInAnyOrder() {
        ModelLine stranger = new ModelLine(test.line.topics(), "stranger");
        for (long number = 1; number <= 60; number++) {
            test.send(chunks(stranger, number * 7, payload(number + 1000)));
            if (hasDelta(number)) {
                test.send(chunks(test.line, number, payload(number)));
            }
        }
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);

        try (KafkaDeltaFeed feed = new KafkaDeltaFeed(test.settings, test.line)) {
            for (long number = 1; number <= 60; number++) {
                check(feed, number);
            }
            for (int i = 0; i < 40; i++) {
                check(feed, 1 + random.nextInt(60));
            }
        }
    }

    private static boolean hasDelta(long number) {
        return number % 3 != 0;
    }

    private static byte[] payload(long number) {
        return ("the delta of " + number + "!".repeat((int) number % 17)).getBytes();
    }

    private static void check(KafkaDeltaFeed feed, long number) {
        if (hasDelta(number)) {
            byte[] payload = payload(number);
            long before = hasDelta(number - 1) ? number - 1 : number - 2;
            assertThat(feed.read(number, Chunks.ref(payload, Chunks.split(payload, 5)), Math.max(0, before))).isEqualTo(payload);
        }
    }

    @Test
    void shouldHaltOnAVersionThatIsNotThereWhenItIsSearchedFor() {
        test.send(chunks(1));
        test.send(chunks(3));

        try (KafkaDeltaFeed feed = new KafkaDeltaFeed(test.settings, test.line)) {
            assertThatThrownBy(() -> feed.read(4, REF, 3)).hasMessageContaining("nothing at the end (expected: chunk 1/5 of version 4)");
            assertThatThrownBy(() -> feed.read(2, REF, 1)).hasMessageContaining("chunk 1/5 of version 3");
            assertThat(feed.read(3, REF, 1)).as("it finds its place again").isEqualTo(PAYLOAD);
        }
    }

    /** In order nothing is passed over, so what lies twice is seen by whoever reads the next one. */
    @Test
    void shouldHaltInOrderWhenAVersionLiesTwice() {
        test.send(chunks(1));
        test.send(chunks(1));
        test.send(chunks(2));

        try (KafkaDeltaFeed feed = new KafkaDeltaFeed(test.settings, test.line)) {
            assertThat(feed.read(1, REF, 0)).isEqualTo(PAYLOAD);
            assertThatThrownBy(() -> feed.read(2, REF, 1)).hasMessageContaining("chunk 1/5 of version 1");
        }
    }

    @Test
    void shouldHaltOnAMissingChunk() {
        List<ProducerRecord<byte[], byte[]>> chunks = chunks(1);
        chunks.remove(2);
        test.send(chunks);

        halts(Failure.CHUNK_INVALID, "chunk 4/5 of version 1", "(expected: chunk 3/5 of version 1)");
    }

    @Test
    void shouldHaltWhenTheLastChunkIsMissing() {
        test.send(chunks(1).subList(0, 4));

        halts(Failure.CHUNK_INVALID, "nothing at the end", "(expected: chunk 5/5 of version 1)");
    }

    @Test
    void shouldHaltOnARepeatedChunk() {
        List<ProducerRecord<byte[], byte[]>> chunks = chunks(1);
        chunks.add(2, chunks.get(1));
        test.send(chunks);

        halts(Failure.CHUNK_INVALID, "chunk 2/5 of version 1", "(expected: chunk 3/5 of version 1)");
    }

    @Test
    void shouldHaltOnReorderedChunks() {
        List<ProducerRecord<byte[], byte[]>> chunks = chunks(1);
        chunks.add(1, chunks.remove(3));
        test.send(chunks);

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

        halts(Failure.CHUNK_INVALID, "deltas of version 1", "SHA-256");
    }

    @Test
    void shouldHaltOnAChunkOfAnotherVersion() {
        test.send(chunks(2));

        halts(Failure.CHUNK_INVALID, "chunk 1/5 of version 2", "(expected: chunk 1/5 of version 1)");
    }
}
