package dev.errata.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.cli.CliException;
import dev.errata.cli.ServiceClient;
import dev.errata.cli.ServiceClient.Target;
import java.net.URI;
import java.time.Duration;

/** The service as its users meet it: by REST. */
final class Rest {
    private static final Duration ROLLBACK_MAX = Duration.ofSeconds(60);
    private static final int TOKENS = 3;

    private final ServiceClient client;

    Rest(int port) {
        this.client = new ServiceClient(URI.create("http://127.0.0.1:" + port));
    }

    /** What a model answered, and how probable the old and the new object were. */
    record Reply(long version, String digest, String text, double before, double after) {
        boolean prefersNew() {
            return after > before;
        }
    }

    boolean ready() {
        try {
            client.get(new Target("/q/health/ready"));
            return true;
        } catch (CliException e) {
            return false;
        }
    }

    Reply ask(Question question) {
        return reply(client.get(target(question)));
    }

    private static Target target(Question question) {
        return new Target("/ask")
                .with("prompt", question.prompt())
                .with("tokens", TOKENS)
                .with("object", question.before())
                .with("object", question.after());
    }

    private static Reply reply(JsonNode answer) {
        return new Reply(
                answer.get("version").asLong(),
                answer.get("digest").asText(),
                answer.get("text").asText(),
                answer.at("/choices/0/probability").asDouble(),
                answer.at("/choices/1/probability").asDouble());
    }

    /** The same of a version. */
    Reply ask(Question question, long version) {
        return reply(client.get(target(question).with("version", version)));
    }

    /** Whether the index of the history knows so many versions. */
    boolean logged(long versions) {
        try {
            return client.get(new Target("/log").with("status", "edited")).path("lines").size() >= versions;
        } catch (CliException e) {
            return false;
        }
    }

    boolean tagged(String name) {
        return client.get(new Target("/tags")).path("tags").findValuesAsText("name").contains(name);
    }

    /** Whether REST has read this version. */
    boolean knows(long version) {
        return client.get(new Target("/versions").with("from", version)).path("head").asLong() >= version;
    }

    long servedVersion() {
        return client.get(new Target("/status")).get("servedVersion").asLong();
    }

    /** Asks for a rollback and waits for its version. */
    long rollback(long to, String reason) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("to", to).put("reason", reason);
        JsonNode done = client.post(new Target("/rollback").with("wait", ROLLBACK_MAX.toSeconds()), body, ROLLBACK_MAX);
        return done.at("/version/number").asLong();
    }
}
