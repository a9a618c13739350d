package dev.errata.stream.kafka;

import dev.errata.batch.Intent;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;

/**
 * Puts rollback requests into a line's intent log, for the faces.
 *
 * <h2>Thread safety</h2> Safe.
 */
public final class IntentPublisher implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final ModelLine line;
    private final Clock clock;
    private final KafkaProducer<byte[], byte[]> producer;

    public IntentPublisher(KafkaSettings settings, ModelLine line, Clock clock) {
        this.line = line;
        this.clock = clock;
        this.producer = Clients.plain(settings);
    }

    /**
     * Asks for an earlier version again; returns when the broker has the request. Whether that version exists is the worker's to say.
     *
     * @return the request, whose id the version will name
     * @throws dev.errata.failure.ErrataException INTENT_UNREADABLE for a negative version or a reason of more than 2000 characters;
     *     LOG_UNREACHABLE, after which the request may have been written or not
     */
    public Intent.Rollback rollback(long to, String reason) {
        Intent.Rollback rollback = new Intent.Rollback("r-" + UUID.randomUUID(), to, reason, clock.instant());
        var record = Records.of(line.topic(Topic.BATCHES), RecordKey.of(line.model()), Events.of(line, rollback));
        try {
            Answers.of("requesting a rollback", producer.send(record));
        } catch (KafkaException e) {
            throw KafkaFailures.of("requesting a rollback", e);
        }
        return rollback;
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
