package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.event.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code schemas/asyncapi.yaml} says what the code does. */
class AsyncApiTest {
    private static final Path SCHEMAS = Path.of("schemas");

    private final JsonNode document = document();

    private static JsonNode document() {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(SCHEMAS.resolve("asyncapi.yaml").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Map<String, JsonNode> channels() {
        Map<String, JsonNode> channels = new HashMap<>();
        document.get("channels").forEach(channel -> channels.put(channel.get("address").asText(), channel));
        return channels;
    }

    private List<JsonNode> messages(JsonNode channel) {
        List<JsonNode> messages = new ArrayList<>();
        channel.path("messages").forEach(message -> messages.add(document.at(message.get("$ref").asText().substring(1))));
        return messages;
    }

    @Test
    void shouldBeAsyncApi30() throws IOException {
        String asyncApi = Files.readString(Path.of("src/test/resources/asyncapi/3.0.0.json"));
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(asyncApi, InputFormat.JSON);

        assertThat(schema.validate(document)).isEmpty();
    }

    @Test
    void shouldHaveOneChannelForEachTopic() {
        assertThat(channels().keySet()).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(Topic.values()).map(Topics.DEFAULT::name).toList());
    }

    @Test
    void shouldSayWhatTheTopicsAreMadeWith() {
        for (Topic topic : Topic.values()) {
            JsonNode kafka = channels().get(Topics.DEFAULT.name(topic)).at("/bindings/kafka");
            Map<String, String> configs = new HashMap<>();
            kafka.get("topicConfiguration").properties().forEach(config -> configs.put(
                    config.getKey(), config.getValue().isArray() ? config.getValue().get(0).asText() : config.getValue().asText()));

            assertThat(configs).as(topic.name()).isEqualTo(TopicSetup.configs(topic));
            assertThat(kafka.has("partitions")).as(topic.name()).isEqualTo(topic.spread() == Topic.Spread.ONE);
        }
    }

    @Test
    void shouldNameEveryTypeOnItsTopicWithItsSchema() {
        for (Topic topic : Topic.values()) {
            List<JsonNode> messages = messages(channels().get(Topics.DEFAULT.name(topic)));
            List<String> types =
                    Arrays.stream(EventType.values()).filter(type -> type.topic() == topic).map(EventType::type).toList();

            if (topic == Topic.DEAD_LETTERS) {
                assertThat(messages).hasSize(1);
                continue;
            }
            assertThat(messages.stream().map(message -> message.get("name").asText())).containsExactlyInAnyOrderElementsOf(types);
            for (JsonNode message : messages) {
                EventType type = EventType.of(message.get("name").asText()).orElseThrow();
                String described = type.isBytes() ? "headers" : "payload";
                assertThat(message.get("contentType").asText()).isEqualTo(type.contentType());
                assertThat(message.at("/" + described + "/schema/$ref").asText()).isEqualTo("./" + type.type() + ".json");
            }
        }
    }

    @Test
    void shouldHaveOneSchemaFileForEachType() throws IOException {
        List<String> expected = Stream.concat(
                        Arrays.stream(EventType.values()).map(type -> type.type() + ".json"),
                        Stream.of("dev.errata.parts.v1.json", "asyncapi.yaml"))
                .toList();

        try (Stream<Path> files = Files.list(SCHEMAS)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void shouldUseEveryPartSomewhere() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
        }
        JsonNode parts = new ObjectMapper().readTree(SCHEMAS.resolve("dev.errata.parts.v1.json").toFile()).get("$defs");

        parts.fieldNames().forEachRemaining(part -> assertThat(all.toString()).contains("#/$defs/" + part + "\""));
    }

    /** The check can fail: a document with an operation of no known action is refused. */
    @Test
    void shouldFindAPlantedError() throws IOException {
        String asyncApi = Files.readString(Path.of("src/test/resources/asyncapi/3.0.0.json"));
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(asyncApi, InputFormat.JSON);
        ((ObjectNode) document.at("/operations/receiveFacts")).put("action", "listen");

        assertThat(schema.validate(document)).isNotEmpty();
    }
}
