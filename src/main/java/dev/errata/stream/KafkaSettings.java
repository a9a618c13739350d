package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * Where the broker is and how every client talks to it.
 *
 * @param client properties for every client (TLS, SASL, timeouts); what the guarantees rest on, such as the isolation level, cannot be
 *     changed by them
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> client) {
    public KafkaSettings {
        requireNonNull(bootstrapServers, "bootstrapServers");
        client = Map.copyOf(client);
    }

    public static KafkaSettings of(String bootstrapServers) {
        return new KafkaSettings(bootstrapServers, Map.of());
    }
}
