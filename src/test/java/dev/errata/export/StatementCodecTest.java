package dev.errata.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementCodecTest {
    private final byte[] bytes = StatementCodec.encode(Samples.statement());

    @Test
    void shouldReadWhatItHasWritten() {
        Statement read = StatementCodec.decode(bytes);

        assertThat(read.sealed("")).isEqualTo(Samples.statement());
        assertThat(StatementCodec.encode(read)).isEqualTo(bytes);
        assertThat(StatementCodec.encode(Samples.statement())).isEqualTo(bytes);
    }

    /** As readers of in-toto and SLSA expect it. */
    @Test
    void shouldHaveTheNamesOfTheSpecifications() throws IOException {
        JsonNode json = new ObjectMapper().readTree(bytes);

        assertThat(json.path("_type").asText()).isEqualTo("https://in-toto.io/Statement/v1");
        assertThat(json.path("predicateType").asText()).isEqualTo("https://slsa.dev/provenance/v1");
        assertThat(json.path("subject").path(0).path("digest").path("sha256").asText()).isEqualTo("00");
        JsonNode definition = json.path("predicate").path("buildDefinition");
        assertThat(definition.path("buildType").asText()).isEqualTo("urn:errata:export:v1");
        assertThat(definition.path("externalParameters").isObject()).isTrue();
        assertThat(definition.path("resolvedDependencies").path(1).has("digest")).as("empty parts are left out").isFalse();
        assertThat(json.path("predicate").path("runDetails").path("builder").path("id").asText()).isEqualTo("urn:errata:export");
    }

    @Test
    void shouldRefuseEveryChangeOfOneByte() {
        for (int i = 0; i < bytes.length; i++) {
            byte[] altered = bytes.clone();
            altered[i] ^= 1;
            refused(altered);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "{\"_type\": \"https://in-toto.io/Statement/v1\"}"})
    void shouldRefuseWhatIsNoStatement(String text) {
        refused(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldRefuseABlankMore() {
        refused((new String(bytes, StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(byte[] bytes) {
        assertThatThrownBy(() -> StatementCodec.decode(bytes)).as(new String(bytes, StandardCharsets.UTF_8))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.EXPORT_INVALID));
    }
}
