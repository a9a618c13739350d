package dev.errata.stream.simulated;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;

/** The half of a consumer that no log uses; a log that begins to is told so, not given a guess. */
abstract class UnusedConsumer implements Consumer<byte[], byte[]> {
    @Override
    public Set<TopicPartition> assignment() {
        throw SimulatedProducer.absent("assignment");
    }

    @Override
    public Set<String> subscription() {
        throw SimulatedProducer.absent("subscription");
    }

    @Override
    public void subscribe(Collection<String> one) {
        throw SimulatedProducer.absent("subscribe");
    }

    @Override
    public void subscribe(Collection<String> one, ConsumerRebalanceListener two) {
        throw SimulatedProducer.absent("subscribe");
    }

    @Override
    public void subscribe(Pattern one, ConsumerRebalanceListener two) {
        throw SimulatedProducer.absent("subscribe");
    }

    @Override
    public void subscribe(Pattern one) {
        throw SimulatedProducer.absent("subscribe");
    }

    @Override
    public void subscribe(SubscriptionPattern one, ConsumerRebalanceListener two) {
        throw SimulatedProducer.absent("subscribe");
    }

    @Override
    public void subscribe(SubscriptionPattern one) {
        throw SimulatedProducer.absent("subscribe");
    }

    @Override
    public void unsubscribe() {
        throw SimulatedProducer.absent("unsubscribe");
    }

    @Override
    public void commitSync() {
        throw SimulatedProducer.absent("commitSync");
    }

    @Override
    public void commitSync(Duration one) {
        throw SimulatedProducer.absent("commitSync");
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> one) {
        throw SimulatedProducer.absent("commitSync");
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> one, Duration two) {
        throw SimulatedProducer.absent("commitSync");
    }

    @Override
    public void commitAsync() {
        throw SimulatedProducer.absent("commitAsync");
    }

    @Override
    public void commitAsync(OffsetCommitCallback one) {
        throw SimulatedProducer.absent("commitAsync");
    }

    @Override
    public void commitAsync(Map<TopicPartition, OffsetAndMetadata> one, OffsetCommitCallback two) {
        throw SimulatedProducer.absent("commitAsync");
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric one) {
        throw SimulatedProducer.absent("registerMetricForSubscription");
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric one) {
        throw SimulatedProducer.absent("unregisterMetricFromSubscription");
    }

    @Override
    public void seek(TopicPartition one, OffsetAndMetadata two) {
        throw SimulatedProducer.absent("seek");
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> one) {
        throw SimulatedProducer.absent("seekToEnd");
    }

    @Override
    public long position(TopicPartition one, Duration two) {
        throw SimulatedProducer.absent("position");
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> one) {
        throw SimulatedProducer.absent("committed");
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> one, Duration two) {
        throw SimulatedProducer.absent("committed");
    }

    @Override
    public Uuid clientInstanceId(Duration one) {
        throw SimulatedProducer.absent("clientInstanceId");
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        throw SimulatedProducer.absent("metrics");
    }

    @Override
    public List<PartitionInfo> partitionsFor(String one, Duration two) {
        throw SimulatedProducer.absent("partitionsFor");
    }

    @Override
    public Map<String, List<PartitionInfo>> listTopics() {
        throw SimulatedProducer.absent("listTopics");
    }

    @Override
    public Map<String, List<PartitionInfo>> listTopics(Duration one) {
        throw SimulatedProducer.absent("listTopics");
    }

    @Override
    public Set<TopicPartition> paused() {
        throw SimulatedProducer.absent("paused");
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> one) {
        throw SimulatedProducer.absent("offsetsForTimes");
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> one, Duration two) {
        throw SimulatedProducer.absent("offsetsForTimes");
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> one, Duration two) {
        throw SimulatedProducer.absent("beginningOffsets");
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> one) {
        throw SimulatedProducer.absent("endOffsets");
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> one, Duration two) {
        throw SimulatedProducer.absent("endOffsets");
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        throw SimulatedProducer.absent("groupMetadata");
    }

    @Override
    public void enforceRebalance() {
        throw SimulatedProducer.absent("enforceRebalance");
    }

    @Override
    public void enforceRebalance(String one) {
        throw SimulatedProducer.absent("enforceRebalance");
    }

    @Override
    public void wakeup() {
        throw SimulatedProducer.absent("wakeup");
    }
}
