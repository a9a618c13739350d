package dev.errata.kills;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.stream.event.EventCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * A producer that can stop in a transaction. What was sent before it stops is flushed, so that it lies with the broker as a part of a
 * transaction which nobody has ended. One thread.
 */
final class StoppingProducer implements Producer<byte[], byte[]> {
    /** What a transaction is for, as its first record tells. */
    private enum Kind {
        OTHER,
        INTAKE,
        VERSION,
        HEAD
    }

    private final Producer<byte[], byte[]> producer;
    private final Stop stop;
    private final boolean intake;
    private Kind kind;
    private int sent;
    private boolean held;
    private boolean rebased;
    /** A head before any commit is the one that a worker announces when it has recovered. */
    private boolean committedVersion;

    StoppingProducer(Producer<byte[], byte[]> producer, Stop stop, boolean intake) {
        this.producer = producer;
        this.stop = stop;
        this.intake = intake;
    }

    @Override
    public void initTransactions() {
        producer.initTransactions();
    }

    @Override
    public void beginTransaction() {
        kind = Kind.OTHER;
        sent = 0;
        producer.beginTransaction();
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (++sent == 1) {
            kind = kind(record.topic());
        }
        if (kind == Kind.HEAD && committedVersion) {
            stop.at(Step.BEFORE_ANNOUNCE);
        }
        if (kind == Kind.VERSION && record.topic().endsWith(".versions")) {
            Version version = EventCodec.VERSION.decode(record.value());
            held = version.held().isPresent();
            rebased = version.change() instanceof Rebased;
        }
        if (sent == 2 && kind == Kind.VERSION) {
            stopped(Step.BETWEEN_SENDS);
        }
        if (sent == 2 && kind == Kind.INTAKE) {
            stopped(Step.INTAKE_BETWEEN_SENDS);
        }
        return producer.send(record);
    }

    private Kind kind(String topic) {
        if (intake) {
            return Kind.INTAKE;
        }
        return topic.endsWith(".deltas") ? Kind.VERSION : topic.endsWith(".head") ? Kind.HEAD : Kind.OTHER;
    }

    private void stopped(Step step) {
        producer.flush();
        stop.at(step);
    }

    @Override
    public void commitTransaction() {
        switch (kind) {
            case VERSION -> {
                stopped(Step.BEFORE_COMMIT);
                if (rebased) {
                    stopped(Step.REBASE_BEFORE_COMMIT);
                }
                producer.commitTransaction();
                committedVersion = true;
                if (held) {
                    stop.at(Step.HELD_COMMITTED);
                }
                stop.at(Step.AFTER_COMMIT);
            }
            case INTAKE -> {
                stopped(Step.INTAKE_BEFORE_COMMIT);
                producer.commitTransaction();
                stop.at(Step.INTAKE_AFTER_COMMIT);
            }
            case HEAD -> {
                producer.commitTransaction();
                if (committedVersion) {
                    stop.at(Step.AFTER_ANNOUNCE);
                }
            }
            case OTHER -> producer.commitTransaction();
        }
    }

    @Override
    public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        producer.sendOffsetsToTransaction(offsets, group);
    }

    @Override
    public void abortTransaction() {
        producer.abortTransaction();
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        producer.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        producer.unregisterMetricFromSubscription(metric);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        return producer.send(record, callback);
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return producer.partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return producer.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return producer.clientInstanceId(timeout);
    }

    @Override
    public void close() {
        producer.close();
    }

    @Override
    public void close(Duration timeout) {
        producer.close(timeout);
    }
}
