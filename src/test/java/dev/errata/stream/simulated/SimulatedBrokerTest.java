package dev.errata.stream.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** The promises of Kafka that the logs rest on, kept by the broker that is simulated. */
class SimulatedBrokerTest {
    private static final String HEAD = Topics.DEFAULT.name(Topic.HEAD);
    private static final TopicPartition PARTITION = new TopicPartition(HEAD, 0);

    private final SimulatedBroker broker = new SimulatedBroker(Topics.DEFAULT, 2, times -> true);
    private final SimulatedClients clients = clients(Fate.KIND);
    private final Consumer<byte[], byte[]> consumer = clients.consumer("none", 100);

    SimulatedBrokerTest() {
        consumer.assign(List.of(PARTITION));
    }

    private SimulatedClients clients(Fate fate) {
        return new SimulatedClients(broker, fate, Misdeed.NONE);
    }

    private Producer<byte[], byte[]> open() {
        Producer<byte[], byte[]> producer = clients.transactional("id");
        producer.initTransactions();
        return producer;
    }

    private static ProducerRecord<byte[], byte[]> record(String key, String value) {
        return new ProducerRecord<>(HEAD, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> read() {
        List<String> values = new ArrayList<>();
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
        return values;
    }

    @Test
    void shouldShowATransactionAsAWholeOnceItIsCommitted() {
        Producer<byte[], byte[]> producer = open();
        producer.beginTransaction();
        producer.send(record("k", "one"));
        producer.sendOffsetsToTransaction(Map.of(PARTITION, new OffsetAndMetadata(5)), new ConsumerGroupMetadata("group"));
        assertThat(read()).isEmpty();
        assertThat(broker.committed("group")).isEmpty();

        producer.commitTransaction();
        broker.pass(Duration.ofSeconds(1));

        assertThat(read()).containsExactly("one");
        assertThat(clients.offsets().committed("group")).containsEntry(PARTITION, 5L);
    }

    @Test
    void shouldFenceTheOwnerBeforeAndAbortWhatItBegan() {
        Producer<byte[], byte[]> old = open();
        old.beginTransaction();
        old.send(record("k", "lost"));

        open();

        assertThatThrownBy(old::commitTransaction).isInstanceOf(ProducerFencedException.class);
        broker.pass(Duration.ofSeconds(1));
        assertThat(read()).isEmpty();
        assertThat(consumer.position(PARTITION)).isEqualTo(clients.offsets().ends(List.of(PARTITION)).get(PARTITION));
    }

    @Test
    void shouldAbortATransactionThatTakesTooLong() {
        Producer<byte[], byte[]> producer = open();
        producer.beginTransaction();
        producer.send(record("k", "late"));

        broker.pass(Duration.ofSeconds(61));

        assertThatThrownBy(producer::commitTransaction).isInstanceOf(InvalidProducerEpochException.class);
        assertThat(read()).isEmpty();
    }

    @Test
    void shouldAnswerAgainWhenACommitWasCarriedOutUnheard() {
        List<Fate.Commit> fates = new ArrayList<>(List.of(Fate.Commit.ANSWER_LOST, Fate.Commit.ANSWERED));
        Producer<byte[], byte[]> producer = clients(new Fate() {
            @Override
            public Commit commit() {
                return fates.remove(0);
            }
        }).transactional("id");
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(record("k", "once"));

        assertThatThrownBy(producer::commitTransaction).isInstanceOf(TimeoutException.class);
        producer.commitTransaction();

        assertThat(read()).containsExactly("once");
    }

    @Test
    void shouldKeepTheLastOfEachKeyWhenItCompacts() {
        for (String value : List.of("one", "two", "three")) {
            broker.append(record("k", value));
        }
        broker.append(record("other", "last"));

        broker.compact();

        assertThat(read()).containsExactly("three", "last");
    }
}
