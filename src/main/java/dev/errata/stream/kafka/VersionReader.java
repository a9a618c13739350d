package dev.errata.stream.kafka;

import dev.errata.delta.Version;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a line's versions in order and refuses one that does not follow its parent.
 *
 * <h2>Thread safety</h2> None: one thread.
 */
final class VersionReader implements AutoCloseable {
    private final LogReader versions;
    private final Offsets offsets;
    private final ChainLink link = new ChainLink();
    private long intentOffset = -1;

    VersionReader(ClientFactory clients, ModelLine line, Offsets offsets) {
        byte[] key = RecordKey.of(line.model());
        this.versions = new LogReader(clients, line.topic(Topic.VERSIONS), record -> Records.hasKey(record, key));
        this.offsets = offsets;
    }

    /** Where the topic ends now. */
    Map<TopicPartition, Long> end() {
        return offsets.ends(versions.partitions());
    }

    /**
     * The next version; empty when all before {@code end} were given.
     *
     * @throws dev.errata.failure.ErrataException VERSION_CHAIN_BROKEN or RECORD_UNREADABLE
     */
    Optional<Version> next(Map<TopicPartition, Long> end) {
        return versions.nextBefore(end).map(this::read);
    }

    private Version read(ConsumerRecord<byte[], byte[]> record) {
        Version version = EventCodec.VERSION.decode(record.value());
        link.follow(version);
        intentOffset = Math.max(intentOffset, Records.number(record, Events.INTENT_OFFSET_HEADER).orElse(intentOffset));
        return version;
    }

    /** The chain as far as it was read. */
    ChainLink link() {
        return link;
    }

    /** The greatest offset of an intent that became a version; -1 before the first. */
    long intentOffset() {
        return intentOffset;
    }

    @Override
    public void close() {
        versions.close();
    }
}
