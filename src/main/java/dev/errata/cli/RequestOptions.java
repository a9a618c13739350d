package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command takes that asks the service for a new version. */
final class RequestOptions {
    @Mixin
    private ServiceOptions service;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the new version's record.")
    private String reason;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Wait so long for the new version; 0 is --no-wait. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    @Option(names = "--no-wait", description = "Return as soon as the request is in the log.")
    private boolean noWait;

    /**
     * Asks, and waits as it was told to.
     *
     * @param body of the request, without the reason
     * @param announce is given the request's id when nobody is to wait
     * @return the new version; empty when nobody was to wait
     */
    Optional<JsonNode> ask(String path, ObjectNode body, Consumer<String> announce) {
        body.put("reason", reason);
        if (noWait || waitSeconds == 0) {
            announce.accept(service.client().post(new ServiceClient.Target(path), body).path("id").asText());
            return Optional.empty();
        }
        ServiceClient.Target target = new ServiceClient.Target(path).with("wait", waitSeconds);
        return Optional.of(service.client().post(target, body, Duration.ofSeconds(waitSeconds)).path("version"));
    }
}
