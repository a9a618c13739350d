package dev.errata.cli;

import dev.errata.service.Wiring;
import dev.errata.stream.FactEvent;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.worker.Settings;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Publishes straight to the facts topic. */
record KafkaSink(FactPublisher publisher) implements FactSink {
    /** Topic prefix and client properties are those of the service's settings, as this process finds them. */
    static KafkaSink to(String bootstrapServers) {
        Settings settings = Configured.now().settings();
        Wiring wiring = new Wiring(settings);
        Map<String, String> client = new HashMap<>(settings.kafka().client());
        // Somebody waits at the terminal: Kafka's minute is long for "no broker there".
        client.putIfAbsent("max.block.ms", "10000");
        KafkaSettings kafka = new KafkaSettings(bootstrapServers, client);
        return new KafkaSink(new FactPublisher(kafka, wiring.topics(), wiring.limits(), Clock.systemUTC()));
    }

    @Override
    public void publish(List<FactEvent> facts) {
        publisher.publishTo(facts);
    }

    @Override
    public void close() {
        publisher.close();
    }
}
