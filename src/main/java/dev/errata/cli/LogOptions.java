package dev.errata.cli;

import dev.errata.service.Wiring;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaLogSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which log a command reads by itself, and of which model; mixed into every command that needs a broker and no service. */
final class LogOptions {
    /** Somebody waits at the terminal: Kafka's minute is long for "no broker there". */
    private static final int IMPATIENT_MILLIS = 10_000;

    /** Longer than a transaction stays open that a dead worker has left. */
    private static final int PATIENT_MILLIS = 90_000;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka to read. Default: errata.kafka.bootstrap-servers.")
    private String bootstrapServers;

    @Option(names = "--model", paramLabel = "DIR", description = "The base model in Hugging Face layout. Default: the bundled one.")
    private Path model;

    @Option(names = "--line", paramLabel = "NAME", description = "The line to read, a branch for example. Default: the model's name.")
    private String line;

    /** Empty where nobody has named one. */
    Optional<Path> model() {
        return Optional.ofNullable(model);
    }

    Wiring wiring() {
        Map<String, String> given = new HashMap<>();
        if (model != null) {
            given.put("errata.model.dir", model.toString());
        }
        if (line != null) {
            given.put("errata.line", line);
        }
        if (bootstrapServers != null) {
            given.put(Configured.BOOTSTRAP_SERVERS, bootstrapServers);
        }
        return new Wiring(Configured.with(given).settings());
    }

    /** Asks the broker once, impatiently, before the patient reading begins; close it. */
    static LogSource open(Wiring wiring) {
        try (LogSource log = log(wiring.kafka(), wiring.line(), IMPATIENT_MILLIS)) {
            log.parts(Topic.VERSIONS);
        }
        return log(wiring.kafka(), wiring.line(), PATIENT_MILLIS);
    }

    private static LogSource log(KafkaSettings kafka, ModelLine line, int timeoutMillis) {
        Map<String, String> client = new HashMap<>(kafka.client());
        client.putIfAbsent("request.timeout.ms", Integer.toString(IMPATIENT_MILLIS));
        client.putIfAbsent("default.api.timeout.ms", Integer.toString(timeoutMillis));
        return new KafkaLogSource(ClientFactory.of(new KafkaSettings(kafka.bootstrapServers(), client)), line);
    }
}
