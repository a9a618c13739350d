package dev.errata.stream.kafka;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.Topic;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics that are missing and checks those that are there.
 *
 * <p>A log with two partitions has no total order; one that is compacted or expires loses versions. Both look well until the day of a
 * replay, so they are refused at start. Partitions of topics that may have many are the owner's business.
 */
public final class TopicSetup {
    private final Admin admin;
    private final Topics topics;
    private final TopicSettings settings;

    private TopicSetup(Admin admin, Topics topics, TopicSettings settings) {
        this.admin = admin;
        this.topics = topics;
        this.settings = settings;
    }

    /**
     * Makes and checks every topic. Safe to call from several processes at once.
     *
     * @throws ErrataException TOPIC_MISMATCH naming the topic, what was found and what was expected; LOG_UNREACHABLE
     */
    public static void ensure(KafkaSettings kafka, Topics topics, TopicSettings settings) {
        try (Admin admin = Clients.admin(kafka)) {
            TopicSetup setup = new TopicSetup(admin, topics, settings);
            Set<String> existing = Answers.of("listing topics", admin.listTopics().names());
            for (Topic topic : Topic.values()) {
                if (!existing.contains(topics.name(topic))) {
                    setup.make(topic);
                }
            }
            setup.check(existing);
        }
    }

    private void make(Topic topic) {
        String name = topics.name(topic);
        if (!settings.create()) {
            throw mismatch(name, "missing", "there, or errata.topics.create=true");
        }
        Optional<Integer> partitions = Optional.of(topic.spread() == Topic.Spread.ONE ? 1 : settings.partitions());
        Optional<Short> replication =
                settings.replication().isPresent() ? Optional.of((short) settings.replication().getAsInt()) : Optional.empty();
        var made = admin.createTopics(List.of(new NewTopic(name, partitions, replication).configs(configs(topic)))).all();
        try {
            Answers.of("making topic " + name, made);
        } catch (ErrataException e) {
            // Another process was faster.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /** Checks topics that were there before us; what was just made is as it was asked for. */
    private void check(Set<String> existing) {
        List<Topic> known = Arrays.stream(Topic.values()).filter(topic -> existing.contains(topics.name(topic))).toList();
        var described = Answers.of(
                "describing topics", admin.describeTopics(known.stream().map(topics::name).toList()).allTopicNames());
        var configs = Answers.of(
                "describing topics", admin.describeConfigs(known.stream().map(this::resource).toList()).all());
        for (Topic topic : known) {
            String name = topics.name(topic);
            int partitions = described.get(name).partitions().size();
            if (topic.spread() == Topic.Spread.ONE && partitions != 1) {
                throw mismatch(name, partitions + " partitions", "1");
            }
            check(topic, configs.get(resource(topic)));
        }
    }

    private void check(Topic topic, Config found) {
        String name = topics.name(topic);
        configs(topic).forEach((key, expected) -> {
            String value = found.get(key).value();
            boolean right = key.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                    ? Long.parseLong(value) >= Long.parseLong(expected)
                    : value.equals(expected);
            if (!right) {
                throw mismatch(name, key + "=" + value, expected);
            }
        });
    }

    /** What the log needs of the topic; everything else is the broker's default. */
    static Map<String, String> configs(Topic topic) {
        Map<String, String> configs = new HashMap<>();
        boolean last = topic.kept() == Topic.Kept.LAST;
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, last ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        if (topic.kept() == Topic.Kept.FOREVER) {
            configs.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
            configs.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        }
        if (topic.size() == Topic.Size.LARGE) {
            configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Topic.LARGE_BYTES));
        }
        return configs;
    }

    private ConfigResource resource(Topic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic));
    }

    private static ErrataException mismatch(String topic, String found, String expected) {
        return new ErrataException(Failure.TOPIC_MISMATCH, "topic " + topic + ": " + found + " (expected: " + expected + ")");
    }
}
