package dev.errata.stream.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.TopicSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    private static final TopicSettings ONE = new TopicSettings(true, 1, OptionalInt.empty());

    private static List<Position> publish(EmbeddedBroker broker, TopicSettings topics) {
        KafkaSettings settings = KafkaSettings.of(broker.bootstrapServers());
        TopicSetup.ensure(settings, Topics.DEFAULT, topics);
        try (FactPublisher publisher = new FactPublisher(settings, Topics.DEFAULT, FactLimits.DEFAULT, Clock.systemUTC())) {
            return publisher.publish(List.of(Examples.asserted()));
        }
    }

    @Test
    void shouldHoldItsRecordsOverARestart(@TempDir Path directory) {
        int port;
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("log"), 0)) {
            port = Integer.parseInt(broker.bootstrapServers().split(":")[1]);
            assertThat(publish(broker, ONE)).containsExactly(new Position(0, 0));
        }

        try (EmbeddedBroker again = EmbeddedBroker.start(directory.resolve("log"), port)) {
            assertThat(again.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
            assertThat(publish(again, new TopicSettings(false, 1, OptionalInt.empty()))).containsExactly(new Position(0, 1));
        }
    }

    @Test
    void shouldLeaveARunningBrokerAloneWhenItsDirectoryIsAskedFor(@TempDir Path directory) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            Path metadata = directory.resolve("__cluster_metadata-0");
            List<Path> before = files(metadata);

            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                    .isInstanceOf(ErrataException.class)
                    .hasMessageContaining("another broker is running on this directory");

            assertThat(files(metadata)).isEqualTo(before);
            assertThat(publish(broker, ONE)).containsExactly(new Position(0, 0));
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void shouldSayWhyItDoesNotStart(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> EmbeddedBroker.start(file, 0)).isInstanceOf(ErrataException.class).hasMessageContaining(file.toString());
    }

    @Test
    void shouldRefuseADirectoryThatKafkaWouldTakeForTwo(@TempDir Path directory) {
        Path two = directory.resolve("one,two");

        assertThatThrownBy(() -> EmbeddedBroker.start(two, 0))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining(two.toString());

        assertThat(two).doesNotExist();
    }
}
