package dev.errata.stream.kafka;

import dev.errata.stream.DeadLetter;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Shows dead letters and puts them back on the facts topic, for an operator who has removed what they failed for.
 *
 * <p>A letter stays where it is; putting it back twice is harmless. Its event id is the one that it came with: nobody has learned it
 * while it could not be read, so it counts when it can, and once.
 *
 * <h2>Limits</h2> One letter at a time, however many there are. <h2>Thread safety</h2> None: one thread.
 */
public final class DeadLetterDesk {
    private static final int SLICE = 200;

    private final KafkaSettings settings;
    private final Topics topics;

    public DeadLetterDesk(KafkaSettings settings, Topics topics) {
        this.settings = settings;
        this.topics = topics;
    }

    /** Every letter that lies there now, in order. */
    public void forEach(Consumer<DeadLetter> seen) {
        ClientFactory clients = ClientFactory.of(settings);
        String topic = topics.name(Topic.DEAD_LETTERS);
        try (Offsets offsets = clients.offsets();
                LogReader reader = new LogReader(clients, topic, record -> true)) {
            Map<TopicPartition, Long> ends = offsets.ends(reader.partitions());
            for (var next = reader.nextBefore(ends); next.isPresent(); next = reader.nextBefore(ends)) {
                seen.accept(KafkaHistory.letter(next.get()));
            }
        }
    }

    /**
     * Puts letters back, each with its history; returns when the broker has them.
     *
     * @param wanted which
     * @param kept hears of those that cannot be put back, and why
     * @return how many were
     */
    public int retry(Predicate<DeadLetter> wanted, BiConsumer<DeadLetter, String> kept) {
        String facts = topics.name(Topic.FACTS);
        try (KafkaProducer<byte[], byte[]> producer = Clients.plain(settings)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            int[] count = {0};
            forEach(letter -> {
                if (!wanted.test(letter)) {
                    return;
                }
                Optional<String> why = DeadLetters.kept(letter, facts);
                if (why.isPresent()) {
                    kept.accept(letter, why.get());
                    return;
                }
                sent.add(producer.send(DeadLetters.again(letter, facts)));
                count[0]++;
                if (sent.size() == SLICE) {
                    await(sent, facts);
                }
            });
            await(sent, facts);
            return count[0];
        } catch (KafkaException e) {
            throw KafkaFailures.of("publishing to " + facts, e);
        }
    }

    private static void await(List<Future<RecordMetadata>> sent, String topic) {
        sent.forEach(future -> Answers.of("publishing to " + topic, future));
        sent.clear();
    }
}
