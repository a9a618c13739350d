package dev.errata.cli;

import dev.errata.worker.Role;
import dev.errata.worker.Settings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code errata serve}: becomes the service. */
@Command(
        name = "serve",
        description = {
            "Run the service until it is told to end (Ctrl-C or SIGTERM).",
            "Options stand above all other ways to set the same: -D, environment (ERRATA_MODEL_DIR), config/application.properties."
                    + " docs/settings.md lists every setting."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata serve             all roles, an embedded broker, the bundled model",
            "  errata serve --bootstrap-servers kafka:9092 --roles worker --model DIR",
            "  errata serve --bootstrap-servers kafka:9092 --line b --port 8081",
            "  ERRATA_BATCH_MAX_AGE=1s errata serve --port 9000"
        })
final class ServeCommand implements Callable<Integer> {
    private static final int KAFKA_PORT = 9092;

    @Spec
    private CommandSpec command;

    @ParentCommand
    private Main main;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka to use. Default: one embedded here, with its data in DIR/kafka.")
    private String bootstrapServers;

    @Option(names = "--kafka-port", paramLabel = "N", description = "Port of the embedded broker. Default: " + KAFKA_PORT + ".")
    private Integer kafkaPort;

    @Option(names = "--model", paramLabel = "DIR", description = "Model in Hugging Face layout. Default: the bundled one.")
    private Path model;

    @Option(names = "--line", paramLabel = "NAME", description = "The line to serve, a branch for example. Default: the model's name.")
    private String line;

    @Option(names = "--roles", paramLabel = "ROLES", description = "Of accumulator,worker,follower,api. Default: all.")
    private String roles;

    @Option(names = "--data", paramLabel = "DIR", description = "Caches and the embedded broker's log. Default: data.")
    private Path data;

    @Option(names = "--port", paramLabel = "N", description = "Port of REST, health and metrics. Default: 8080.")
    private Integer port;

    @Option(names = "--host", paramLabel = "HOST", description = "Address to listen on. Default: 127.0.0.1; others need keys or OIDC.")
    private String host;

    @Override
    public Integer call() {
        set("errata.model.dir", model);
        set("errata.line", line);
        set("errata.roles", roles);
        set("errata.state.dir", data);
        set("quarkus.http.port", port);
        set("quarkus.http.host", host);
        set(Configured.BOOTSTRAP_SERVERS, bootstrapServers);
        Configured configured = Configured.now();
        requireModel(configured.settings());
        try (ServiceProcess process = new ServiceProcess(main.verbose())) {
            if (!configured.isChosen(Configured.BOOTSTRAP_SERVERS)) {
                Path directory = configured.settings().state().dir().resolve("kafka");
                String broker = process.startBroker(directory, kafkaPort == null ? KAFKA_PORT : kafkaPort);
                command.commandLine().getErr().println("embedded broker: " + broker + ", its log in " + directory);
            }
            return process.run();
        }
    }

    private static void set(String name, Object value) {
        if (value != null) {
            System.setProperty(name, value.toString());
        }
    }

    /** The commonest mistake, told before anything starts. */
    private static void requireModel(Settings settings) {
        boolean needed = settings.roles().contains(Role.WORKER) || settings.roles().contains(Role.FOLLOWER);
        if (needed) {
            ModelOptions.requireModel(settings.modelDirectory());
        }
    }
}
