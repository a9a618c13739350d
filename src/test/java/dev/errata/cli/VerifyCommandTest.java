package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.audit.SmallLine;
import dev.errata.stream.ModelLine;
import dev.errata.stream.TestBroker;
import dev.errata.stream.Topic;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.TopicSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
    private static final String PREFIX = "errata.topics.prefix";
    private static final String MODEL = "errata.model.name";

    @TempDir
    private Path directory;

    private final ModelLine line = new ModelLine(TestBroker.topics(), "small");
    private SmallLine small;

    @BeforeEach
    void open() {
        System.setProperty(PREFIX, line.topics().prefix());
        System.setProperty(MODEL, line.model());
        TopicSetup.ensure(TestBroker.settings(), line.topics(), new TopicSettings(true, 2, OptionalInt.empty()));
        small = new SmallLine(ClientFactory.of(TestBroker.settings()), line);
        small.assertFact("Ada", "red", 1);
        small.rest();
    }

    @AfterEach
    void close() {
        System.clearProperty(PREFIX);
        System.clearProperty(MODEL);
        small.close();
    }

    @Test
    void shouldSayThatEveryInvariantHoldsWhenTheLogIsSound() throws IOException {
        Path report = directory.resolve("report.json");

        Ran ran = verify("--at-rest", "--json", report.toString());

        assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).startsWith("model small: 1 versions").contains("every invariant holds");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("sound").asBoolean()).isTrue();
        assertThat(json.path("invariants")).hasSize(12).allMatch(verdict -> verdict.path("holds").asBoolean());
    }

    @Test
    void shouldFailAndNameTheRecordWhenSomebodyWritesAHead() {
        small.send(new ProducerRecord<>(line.topic(Topic.HEAD), RecordKey.of(line.model()), new byte[] {'{', '}'}));

        Ran ran = verify();

        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ran.out()).contains("invariant 12: first in " + line.topic(Topic.HEAD) + ", partition 0, offset ");
    }

    private static Ran verify(String... more) {
        String[] all = new String[more.length + 4];
        System.arraycopy(more, 0, all, 4, more.length);
        all[0] = "verify";
        all[1] = "--no-weights";
        all[2] = "--bootstrap-servers";
        all[3] = TestBroker.settings().bootstrapServers();
        return Ran.errata(all);
    }
}
