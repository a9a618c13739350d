package dev.errata.stream.simulated;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.KafkaMetric;

/** A transactional producer. What goes wrong with a send is told at the next call, as Kafka's own does. One thread. */
class SimulatedProducer implements Producer<byte[], byte[]> {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    final SimulatedBroker broker;
    final Fate fate;
    final String id;
    private long opened;
    private long epoch;
    private KafkaException failed;

    SimulatedProducer(SimulatedBroker broker, Fate fate, String id) {
        this.broker = broker;
        this.fate = fate;
        this.id = id;
    }

    @Override
    public void initTransactions() {
        answered("open " + id);
        opened = broker.open(id);
        epoch = broker.epoch(id);
        failed = null;
        fate.step("opened " + id);
    }

    @Override
    public void beginTransaction() {
        refuseIfFailed();
        fate.step("begin " + id);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        refuseIfFailed();
        fate.step("send to " + record.topic());
        try {
            if (broker.down() || fate.losesSend()) {
                broker.pass(TIMEOUT);
                throw new TimeoutException("a record to " + record.topic() + " expired");
            }
            broker.produce(id, opened, epoch, record);
            return CompletableFuture.completedFuture(null);
        } catch (KafkaException e) {
            failed = e;
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        refuseIfFailed();
        answered("offsets of " + group.groupId());
        try {
            broker.consume(id, opened, epoch, group.groupId(), offsets);
        } catch (KafkaException e) {
            failed = e;
            throw e;
        }
    }

    @Override
    public void commitTransaction() {
        refuseIfFailed();
        answered("commit " + id);
        Fate.Commit how = fate.commit();
        if (how == Fate.Commit.REQUEST_LATE) {
            broker.endLate(id, opened, epoch);
            broker.pass(TIMEOUT);
            throw new TimeoutException("no answer to a commit that is under way");
        }
        try {
            broker.end(id, opened, epoch, true);
        } catch (KafkaException e) {
            failed = e;
            throw e;
        }
        if (how == Fate.Commit.ANSWER_LOST) {
            broker.pass(TIMEOUT);
            throw new TimeoutException("the answer to a commit is lost");
        }
        epoch = broker.epoch(id);
        fate.step("committed " + id);
    }

    @Override
    public void abortTransaction() {
        if (failed instanceof ProducerFencedException) {
            throw failed;
        }
        answered("abort " + id);
        try {
            broker.end(id, opened, epoch, false);
        } catch (InvalidProducerEpochException e) {
            // Its owner is still this producer: the coordinator has ended it already.
            failed = null;
            return;
        }
        failed = null;
        epoch = broker.epoch(id);
    }

    /** A step that the broker may not answer. */
    final void answered(String call) {
        fate.step(call);
        if (broker.down() || fate.timesOut(call)) {
            broker.pass(TIMEOUT);
            throw new TimeoutException("no answer: " + call);
        }
    }

    private void refuseIfFailed() {
        if (failed instanceof ProducerFencedException || failed instanceof InvalidProducerEpochException) {
            throw failed;
        }
        if (failed != null) {
            throw new KafkaException("the producer is in an error state", failed);
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /** An open transaction stays open, as that of a process that dies. */
    @Override
    public void close(Duration wait) {
        if (!fate.dead()) {
            fate.step("close " + id);
        }
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback heard) {
        throw absent("a callback");
    }

    @Override
    public void flush() {
        throw absent("flush");
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        throw absent("partitionsFor");
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        throw absent("metrics");
    }

    @Override
    public Uuid clientInstanceId(Duration wait) {
        throw absent("clientInstanceId");
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        throw absent("metrics");
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        throw absent("metrics");
    }

    static IllegalStateException absent(String call) {
        return new IllegalStateException("simulated client: " + call + " (expected: only what the logs use)");
    }
}
