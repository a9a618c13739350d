package dev.errata.api;

import dev.errata.stream.KafkaSettings;
import dev.errata.stream.broker.EmbeddedBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process with the role api alone, which needs no model, on a broker of its own. */
public final class ApiOnBroker implements QuarkusTestProfile {
    static final String MODEL = "tiny";
    static final String METADATA_MILLIS = "123456";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "errata.roles", "api",
                "errata.state.dir", "target/api-state",
                "errata.model.name", MODEL,
                "errata.topics.partitions", "3",
                "errata.limits.request-facts", "5",
                "errata.history.versions", "3",
                "errata.kafka.client.\"metadata.max.age.ms\"", METADATA_MILLIS,
                "quarkus.http.limits.max-body-size", "64K");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Broker.class));
    }

    /** The broker. */
    public static final class Broker implements QuarkusTestResourceLifecycleManager {
        private EmbeddedBroker broker;

        @Override
        public Map<String, String> start() {
            try {
                broker = EmbeddedBroker.start(Files.createTempDirectory(Path.of("target"), "broker"), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.of("errata.kafka.bootstrap-servers", KafkaSettings.of(broker.bootstrapServers()).bootstrapServers());
        }

        @Override
        public void stop() {
            broker.close();
        }
    }
}
