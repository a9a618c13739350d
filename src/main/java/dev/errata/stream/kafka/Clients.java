package dev.errata.stream.kafka;

import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Topic;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes every Kafka client. Three layers, each over the one before: what suits the log, the user's properties, and what its guarantees
 * rest on.
 */
final class Clients {
    /** A transaction holds what is computed already, so it lasts seconds; then the broker may abort it. */
    static final int TRANSACTION_MILLIS = 60_000;

    /** The default of 100 ms is what back-to-back transactions wait for most of the time. */
    private static final int RETRY_BACKOFF_MILLIS = 5;

    private static final int IMPATIENT_MILLIS = 1_000;

    /** A transaction of thousands of records takes fewer requests so; one that is small is sent as soon as before. */
    private static final int BATCH_BYTES = 128 * 1024;

    private static final long BUFFER_BYTES = 64L * 1024 * 1024;

    /** A few chunks at once. */
    private static final int FETCH_BYTES = 4 * 1024 * 1024;

    private Clients() {}

    static KafkaProducer<byte[], byte[]> transactional(KafkaSettings settings, String transactionalId) {
        Map<String, Object> rest = new HashMap<>(producerGuarantees());
        rest.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        return producer(settings, rest);
    }

    static KafkaProducer<byte[], byte[]> plain(KafkaSettings settings) {
        return producer(settings, producerGuarantees());
    }

    /** A producer for what may be lost: a send waits no longer than a second for a broker that is away. */
    static KafkaProducer<byte[], byte[]> impatient(KafkaSettings settings) {
        Map<String, Object> rest = new HashMap<>(producerGuarantees());
        rest.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, IMPATIENT_MILLIS);
        return producer(settings, rest);
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaSettings settings, Map<String, Object> guarantees) {
        Map<String, Object> suited = Map.of(
                ProducerConfig.LINGER_MS_CONFIG, 0,
                ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MILLIS,
                ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES,
                ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES,
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        return new KafkaProducer<>(layers(settings, suited, guarantees), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> producerGuarantees() {
        return Map.of(
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.LARGE_BYTES);
    }

    /**
     * A consumer without a group.
     *
     * @param reset {@code auto.offset.reset}: what happens at a position that the topic does not hold
     * @param pollRecords records that one poll may return
     */
    static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings settings, String reset, int pollRecords) {
        Map<String, Object> guarantees = Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        Map<String, Object> suited = Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, pollRecords, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        return new KafkaConsumer<>(layers(settings, suited, guarantees), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static Admin admin(KafkaSettings settings) {
        return Admin.create(layers(settings, Map.of(), Map.of()));
    }

    private static Map<String, Object> layers(KafkaSettings settings, Map<String, Object> suited, Map<String, Object> guarantees) {
        Map<String, Object> all = new HashMap<>(suited);
        all.putAll(settings.client());
        all.putAll(guarantees);
        all.put("bootstrap.servers", settings.bootstrapServers());
        return all;
    }
}
