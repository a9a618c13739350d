package dev.errata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What packaging left in {@code target/bom.json}. */
class SbomIT {
    @Test
    void shouldListWhatIsPackagedWithItsVersionAndNothingOfTheTests() throws IOException {
        JsonNode bom = new ObjectMapper().readTree(Path.of("target/bom.json").toFile());
        Map<String, String> versions = new TreeMap<>();
        bom.path("components").forEach(part -> versions.put(part.path("name").asText(), part.path("version").asText()));

        assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(versions).containsEntry("kafka-clients", "4.1.2").containsKeys("quarkus-oidc", "pytorch-jni", "picocli");
        assertThat(versions).doesNotContainKeys("jqwik", "junit-jupiter-api", "testcontainers");
        assertThat(bom.toString()).doesNotContain(Path.of("").toAbsolutePath().toString());
    }
}
