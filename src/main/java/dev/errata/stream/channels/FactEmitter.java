package dev.errata.stream.channels;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.FactEvent;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.Records;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    private final MutinyEmitter<byte[]> emitter;
    private final Semaphore room = new Semaphore(UNDERWAY_MAX);

    @Inject
    public FactEmitter(
            ChannelSettings settings,
            @Channel(CHANNEL) @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = UNDERWAY_MAX) MutinyEmitter<byte[]> emitter) {
        this.topic = settings.line().topic(Topic.FACTS);
        this.emitter = emitter;
    }

    /** @throws ErrataException LOG_UNREACHABLE */
    public void publish(List<FactEvent> facts) {
        send(facts.stream()
                .map(fact -> Records.of(topic, RecordKey.subject(fact.change().key()), Events.of(fact)))
                .toList());
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
        return Message.of(record.value()).addMetadata(metadata.build());
    }

    private ErrataException unreachable(Throwable cause) {
        return new ErrataException(Failure.LOG_UNREACHABLE, "publishing to " + topic + ": " + cause, cause);
    }
}
