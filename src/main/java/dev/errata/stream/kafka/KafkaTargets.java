package dev.errata.stream.kafka;

import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.SharedTarget;
import dev.errata.stream.TargetFeed;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The targets topic: what workers on several machines share so that a target is searched once among them. Keys name the base model, so
 * all lines of a set of topics share one.
 *
 * <p>It is a cache. What cannot be sent is lost and said; an edit never waits for it longer than a second and never fails of it.
 *
 * <h2>Thread safety</h2> Safe; each feed is for one thread.
 */
public final class KafkaTargets implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KafkaTargets.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

    private final KafkaSettings settings;
    private final ModelLine line;
    private final Clock clock;
    private final KafkaProducer<byte[], byte[]> producer;

    public KafkaTargets(KafkaSettings settings, ModelLine line, Clock clock) {
        this.settings = settings;
        this.line = line;
        this.clock = clock;
        this.producer = Clients.impatient(settings);
    }

    /** Puts a target on the topic, some time later. */
    public void offer(SharedTarget target) {
        byte[] key = target.key().getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> record =
                Records.of(line.topic(Topic.TARGETS), key, Events.of(line, target, clock.instant()));
        try {
            producer.send(record, (metadata, error) -> {
                if (error != null) {
                    lost(target, error);
                }
            });
        } catch (KafkaException e) {
            lost(target, e);
        }
    }

    private static void lost(SharedTarget target, Exception error) {
        LOG.warnf("target %s is not shared; other workers may search it again: %s", target.key(), error);
    }

    /** Reads the topic from its beginning; the caller closes it. */
    public TargetFeed feed() {
        TopicReader<SharedTarget> reader = new TopicReader<>(
                ClientFactory.of(settings), line.topic(Topic.TARGETS), record -> record.value() != null, KafkaTargets::shared);
        return new TargetFeed() {
            @Override
            public Optional<SharedTarget> next(Duration wait) {
                return reader.next(wait);
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    private static Optional<SharedTarget> shared(ConsumerRecord<byte[], byte[]> record) {
        // A compacted topic takes no record without a key.
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (!KEY.matcher(key).matches()) {
            LOG.warnf("%s %d@%d is no target and is left out", record.topic(), record.partition(), record.offset());
            return Optional.empty();
        }
        return Optional.of(new SharedTarget(key, record.value()));
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
