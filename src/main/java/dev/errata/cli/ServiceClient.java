package dev.errata.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Talks to a running service by REST.
 *
 * <p>Every answer is JSON or becomes a {@link CliException}: {@link ServiceProblem} when the service refused,
 * {@link ExitCode#UNREACHABLE} when none answered.
 */
public final class ServiceClient {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    /** How long the service may take beyond what it was asked to wait. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private final URI service;
    private final Optional<String> credential;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

    /** A service that asks nobody who they are. */
    public ServiceClient(URI service) {
        this(service, Optional.empty());
    }

    /** @param credential an API key or an OIDC access token, sent with each request */
    public ServiceClient(URI service, Optional<String> credential) {
        this.service = service;
        this.credential = credential;
    }

    /** Path and query of a request; values are encoded here. */
    public static final class Target {
        private final String path;
        private final List<String> query = new ArrayList<>();

        public Target(String path) {
            this.path = path;
        }

        public Target with(String name, Object value) {
            query.add(name + "=" + URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8));
            return this;
        }

        @Override
        public String toString() {
            return query.isEmpty() ? path : path + "?" + String.join("&", query);
        }
    }

    public JsonNode get(Target target) {
        return send(request(target, ANSWER_MAX).GET());
    }

    public JsonNode post(Target target, JsonNode body) {
        return post(target, body, Duration.ZERO);
    }

    /** @param wait how long the request asks the service to wait before it answers */
    public JsonNode post(Target target, JsonNode body, Duration wait) {
        return send(request(target, ANSWER_MAX.plus(wait))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    private HttpRequest.Builder request(Target target, Duration timeout) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service + target.toString())).timeout(timeout);
        credential.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private JsonNode send(HttpRequest.Builder request) {
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "no service answers at " + service + " (" + reason(e) + "); start one with 'errata serve', or name another with --url",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted while waiting for " + service, e);
        }
        JsonNode body = body(response);
        if (response.statusCode() / 100 != 2) {
            throw ServiceProblem.of(response.statusCode(), body);
        }
        return body;
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private JsonNode body(HttpResponse<String> response) {
        if (response.body().isBlank()) {
            return json.createObjectNode();
        }
        try {
            return json.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new CliException(
                    ExitCode.FAILED, service + " answered " + response.statusCode() + " with something other than JSON; is it Errata?", e);
        }
    }
}
