package dev.errata.stream.kafka;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.delta.Version;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange;
import dev.errata.stream.Commit;
import dev.errata.stream.Examples;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.TestBroker;
import dev.errata.stream.Topic;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A model line in topics of its own on a test broker, and a look at what lies in them. */
final class TestLine {
    static final Clock CLOCK = Clock.fixed(Examples.NOON, ZoneOffset.UTC);
    static final Duration SOON = Duration.ofSeconds(5);
    static final byte[] DELTA = "a delta".getBytes();
    static final byte[] PAIRS = "the pairs".getBytes();

    private static final Map<KafkaSettings, Offsets> OFFSETS = new ConcurrentHashMap<>();

    final KafkaSettings settings;
    final ModelLine line;

    TestLine(KafkaSettings settings, Topics topics) {
        this.settings = settings;
        this.line = new ModelLine(topics, Examples.MODEL);
        TopicSetup.ensure(settings, topics, new TopicSettings(true, 2, OptionalInt.empty()));
    }

    static TestLine make() {
        return new TestLine(TestBroker.settings(), TestBroker.topics());
    }

    KafkaEditLog editLog() {
        return KafkaEditLog.open(settings, line, CLOCK);
    }

    /** An edit log that has replayed. */
    KafkaEditLog replayed() {
        KafkaEditLog log = editLog();
        log.replay((version, delta, pairs) -> {});
        return log;
    }

    void send(Topic topic, CloudEvent event) {
        send(List.of(Records.of(line.topic(topic), RecordKey.of(line.model()), event)));
    }

    void send(List<ProducerRecord<byte[], byte[]>> records) {
        try (KafkaProducer<byte[], byte[]> producer = Clients.plain(settings)) {
            records.forEach(record -> Answers.of("testing", producer.send(record)));
        }
    }

    /** A batch of one change goes into the intent log. */
    Intent intent(String subject) {
        Arrival arrival = Examples.arrival(Examples.about(subject, "o"), 0, 1);
        Intent intent = new Intent.Edit(Batch.of(List.of(arrival), SealCause.FULL, Examples.NOON));
        send(Topic.BATCHES, Events.of(line, intent));
        return intent;
    }

    static Commit edit(long number) {
        Version version = Examples.edit(number, DELTA, PAIRS);
        return Commit.of(
                version,
                DELTA,
                PAIRS,
                Examples.evaluation(number),
                List.of(Examples.outcome(Examples.applied())),
                List.of(Examples.written(number)));
    }

    void facts(FactChange... changes) {
        for (FactChange change : changes) {
            send(List.of(Records.of(line.topic(Topic.FACTS), RecordKey.subject(change.key()), Events.of(change))));
        }
    }

    /** Everything that a read_committed reader sees. */
    List<ConsumerRecord<byte[], byte[]>> committed(Topic topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (LogReader reader = new LogReader(ClientFactory.of(settings), line.topic(topic), record -> true)) {
            Map<TopicPartition, Long> ends = offsets().ends(reader.partitions());
            for (var next = reader.nextBefore(ends); next.isPresent(); next = reader.nextBefore(ends)) {
                all.add(next.get());
            }
        }
        return all;
    }

    Map<TopicPartition, Long> consumed(String role) {
        return offsets().committed(line.role(role));
    }

    /** One for each broker; it ends with the process. */
    private Offsets offsets() {
        return OFFSETS.computeIfAbsent(settings, AdminOffsets::new);
    }

    /** A producer of this role whose send to {@code topic} fails after everything before it was sent. */
    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> failingAt(Topic topic, String role) {
        KafkaProducer<byte[], byte[]> real = Clients.transactional(settings, line.role(role));
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                TestLine.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, args) -> {
                    if (method.getName().equals("send") && ((ProducerRecord<?, ?>) args[0]).topic().equals(line.topic(topic))) {
                        real.flush();
                        throw new IllegalStateException("planted");
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
