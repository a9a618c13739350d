package dev.errata.stream.kafka;

import dev.errata.delta.Version;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Head;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.VersionFeed;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.RecordKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** {@link VersionFeed} on Kafka. */
public final class KafkaVersionFeed implements VersionFeed {
    private final Opened opened = new Opened();
    private final LogReader heads;
    private final VersionReader versions;
    private Optional<Head> head = Optional.empty();
    private Map<TopicPartition, Long> end = Map.of();
    private boolean halted;

    public KafkaVersionFeed(KafkaSettings settings, ModelLine line) {
        this(ClientFactory.of(settings), line);
    }

    public KafkaVersionFeed(ClientFactory clients, ModelLine line) {
        byte[] key = RecordKey.of(line.model());
        try {
            this.heads = opened.add(new LogReader(clients, line.topic(Topic.HEAD), record -> Records.hasKey(record, key)));
            this.versions = opened.add(new VersionReader(clients, line, opened.add(clients.offsets())));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public Optional<Version> next(Duration wait) {
        if (halted) {
            throw new IllegalStateException("the feed has halted (expected: a new feed after a failure)");
        }
        halted = true;
        listen(behind() ? Duration.ZERO : wait);
        Optional<Version> next = behind() ? Optional.of(read()) : Optional.empty();
        halted = false;
        return next;
    }

    @Override
    public Optional<Head> head() {
        return head;
    }

    private boolean behind() {
        return head.isPresent() && head.get().version() > versions.link().number();
    }

    private void listen(Duration wait) {
        Optional<ConsumerRecord<byte[], byte[]>> record = heads.next(wait);
        while (record.isPresent()) {
            Head announced = EventCodec.HEAD.decode(record.get().value());
            if (head.isEmpty() || announced.version() > head.get().version()) {
                head = Optional.of(announced);
                end = Map.of();
            }
            record = heads.next(Duration.ZERO);
        }
    }

    private Version read() {
        // The head is announced after its version is committed, so all that it promises lies before the end of now.
        end = end.isEmpty() ? versions.end() : end;
        Version version = versions.next(end).orElseThrow(() -> broken("no version " + (versions.link().number() + 1)));
        if (version.number() == head.orElseThrow().version() && !version.digest().equals(head.orElseThrow().digest())) {
            throw broken("digest of version " + version.number() + ": " + version.digest());
        }
        return version;
    }

    private ErrataException broken(String found) {
        return new ErrataException(Failure.VERSION_CHAIN_BROKEN, found + " (expected: " + head.orElseThrow() + ", as announced)");
    }

    @Override
    public void close() {
        opened.close();
    }
}
