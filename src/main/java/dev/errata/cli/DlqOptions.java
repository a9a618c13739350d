package dev.errata.cli;

import dev.errata.service.Wiring;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.kafka.DeadLetterDesk;
import dev.errata.worker.Settings;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the dead letters lie: straight in Kafka, below the topic prefix of the settings. */
final class DlqOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Where Kafka is. Default: errata.kafka.bootstrap-servers.")
    private String bootstrapServers;

    DeadLetterDesk desk() {
        Settings settings = Configured.now().settings();
        Map<String, String> client = new HashMap<>(settings.kafka().client());
        // Somebody waits at the terminal: Kafka's minute is long for "no broker there".
        client.putIfAbsent("max.block.ms", "10000");
        client.putIfAbsent("default.api.timeout.ms", "10000");
        client.putIfAbsent("request.timeout.ms", "5000");
        String servers = bootstrapServers == null ? settings.kafka().bootstrapServers() : bootstrapServers;
        return new DeadLetterDesk(new KafkaSettings(servers, client), new Wiring(settings).topics());
    }
}
