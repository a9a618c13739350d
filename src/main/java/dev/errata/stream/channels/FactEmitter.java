package dev.errata.stream.channels;

import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Topic;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.Records;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Puts fact changes into the log on the channel {@code facts-out}, keyed by subject, and waits for the broker's word.
 *
 * <p>At least once: after a failure some may have been written. Publishing them again under the same event ids is safe.
 *
 * <h2>Limits</h2> {@value #UNDERWAY_MAX} records on their way; whoever brings more waits. The channel's {@code delivery.timeout.ms} bounds
 * every wait. <h2>Thread safety</h2> Safe; blocks.
 */
@ApplicationScoped
public class FactEmitter {
    static final String CHANNEL = "facts-out";
    static final int UNDERWAY_MAX = 1024;

    private final String topic;
    private final String source;
    private final MutinyEmitter<byte[]> emitter;
    private final KafkaClientService clients;
    private final Semaphore room = new Semaphore(UNDERWAY_MAX);

    @Inject
    public FactEmitter(
            ChannelSettings settings,
            @Channel(CHANNEL) @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = UNDERWAY_MAX) MutinyEmitter<byte[]> emitter,
            KafkaClientService clients) {
        this.topic = settings.line().topic(Topic.FACTS);
        this.source = settings.line().source();
        this.emitter = emitter;
        this.clients = clients;
    }

    /** @throws ErrataException LOG_UNREACHABLE */
    public void publish(List<FactChange> changes) {
        send(changes.stream()
                .map(change -> Records.of(topic, RecordKey.subject(change.key()), Events.of(change)))
                .toList());
    }

    /**
     * Asks that everything published before is sealed into batches.
     *
     * @param model the line that is meant; empty: every line
     * @throws ErrataException LOG_UNREACHABLE
     */
    public void flush(Optional<String> model, Instant now) {
        CloudEvent flush = Events.flush(new EventId(source, "flush-" + UUID.randomUUID()), model, now);
        // One in each partition: only there is it read after all that was written before.
        send(partitions().stream().map(partition -> Records.of(topic, partition.partition(), null, flush)).toList());
    }

    private List<PartitionInfo> partitions() {
        try {
            return clients.getProducer(CHANNEL).unwrap().partitionsFor(topic);
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records) {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        try {
            for (ProducerRecord<byte[], byte[]> record : records) {
                room.acquire();
                sent.add(emitter.sendMessage(message(record)).subscribeAsCompletionStage().whenComplete((done, failure) -> room.release()));
            }
            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause());
        }
    }

    private static Message<byte[]> message(ProducerRecord<byte[], byte[]> record) {
        var metadata = OutgoingKafkaRecordMetadata.<byte[]>builder().withKey(record.key()).withHeaders(record.headers());
        if (record.partition() != null) {
            metadata.withPartition(record.partition());
        }
        return Message.of(record.value()).addMetadata(metadata.build());
    }

    private ErrataException unreachable(Throwable cause) {
        return new ErrataException(Failure.LOG_UNREACHABLE, "publishing to " + topic + ": " + cause, cause);
    }
}
