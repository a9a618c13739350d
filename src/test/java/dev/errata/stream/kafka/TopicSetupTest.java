package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.TestBroker;
import dev.errata.stream.Topic;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicSetupTest {
    private static final TopicSettings CHECK_ONLY = new TopicSettings(false, 3, OptionalInt.empty());
    private static final TopicSettings CREATE = new TopicSettings(true, 3, OptionalInt.of(1));

    private final KafkaSettings settings = TestBroker.settings();
    private final Topics topics = TestBroker.topics();

    private void refuses(String... expected) {
        assertThatThrownBy(() -> TopicSetup.ensure(settings, topics, CREATE))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.TOPIC_MISMATCH))
                .hasMessageContainingAll(expected);
    }

    private void make(Topic topic, int partitions, Map<String, String> configs) {
        try (Admin admin = Clients.admin(settings)) {
            var made = admin.createTopics(List.of(new NewTopic(topics.name(topic), partitions, (short) 1).configs(configs))).all();
            Answers.of("testing", made);
        }
    }

    @Test
    void shouldMakeWhatIsMissingAndFindItRightAfterwards() throws Exception {
        make(Topic.FACTS, 5, Map.of());

        TopicSetup.ensure(settings, topics, CREATE);
        TopicSetup.ensure(settings, topics, CHECK_ONLY);

        try (Admin admin = Clients.admin(settings)) {
            Set<String> ours = Set.of(topics.name(Topic.FACTS), topics.name(Topic.OUTCOMES), topics.name(Topic.VERSIONS));
            var described = admin.describeTopics(ours).allTopicNames().get();
            assertThat(described.get(topics.name(Topic.FACTS)).partitions()).hasSize(5);
            assertThat(described.get(topics.name(Topic.OUTCOMES)).partitions()).hasSize(3);
            assertThat(described.get(topics.name(Topic.VERSIONS)).partitions()).hasSize(1);
        }
    }

    @Test
    void shouldRefuseAMissingTopicWhenItMayNotMakeIt() {
        assertThatThrownBy(() -> TopicSetup.ensure(settings, topics, CHECK_ONLY))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.TOPIC_MISMATCH))
                .hasMessageContaining("missing");
    }

    @Test
    void shouldRefuseALogWithTwoPartitions() {
        make(Topic.VERSIONS, 2, Map.of("retention.ms", "-1", "max.message.bytes", "16777216"));

        refuses(topics.name(Topic.VERSIONS), "2 partitions", "(expected: 1)");
    }

    @Test
    void shouldRefuseALogThatExpires() {
        make(Topic.DELTAS, 1, Map.of("retention.ms", "604800000"));

        refuses(topics.name(Topic.DELTAS), "retention.ms=604800000", "(expected: -1)");
    }

    @Test
    void shouldRefuseFactsThatAreCompacted() {
        make(Topic.FACTS, 1, Map.of("cleanup.policy", "compact"));

        refuses(topics.name(Topic.FACTS), "cleanup.policy=compact", "(expected: delete)");
    }

    @Test
    void shouldRefuseATopicWhoseRecordsMayBeTooSmall() {
        make(Topic.BATCHES, 1, Map.of("retention.ms", "-1", "retention.bytes", "-1"));

        refuses(topics.name(Topic.BATCHES), "max.message.bytes=", "(expected: 16777216)");
    }
}
