package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.stream.FactLimits;
import dev.errata.stream.RawRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplesTest {
    private static final Map<EventType, EventCodec<?>> CODECS = Map.of(
            EventType.VERSION_COMMITTED, EventCodec.VERSION,
            EventType.HEAD_ANNOUNCED, EventCodec.HEAD,
            EventType.EVALUATION_COMPLETED, EventCodec.EVALUATION,
            EventType.OUTCOME_SETTLED, EventCodec.OUTCOME,
            EventType.LEDGER_CHANGED, EventCodec.LEDGER,
            EventType.INTAKE_NOTED, EventCodec.INTAKE,
            EventType.VERSION_TAGGED, EventCodec.TAG,
            EventType.OPERATION_RECORDED, EventCodec.OPERATION);

    @Test
    void shouldHoldASampleOfEveryType() {
        Set<EventType> stored = Samples.stored().stream().map(Samples::read).map(Samples::type).collect(Collectors.toSet());

        assertThat(stored).containsExactlyInAnyOrder(EventType.values());
    }

    static Iterable<Path> stored() {
        return Samples.stored();
    }

    @ParameterizedTest
    @MethodSource("stored")
    void shouldStayValidAndReadableForEver(Path file) {
        JsonNode sample = Samples.read(file);
        EventType type = Samples.type(sample);
        RawRecord record = Samples.record(sample);

        assertThat(Schemas.violations(type, sample.get("data"))).isEmpty();
        switch (type.topic()) {
            case FACTS -> assertThat(new FactReader(FactLimits.DEFAULT).read(record)).isNotNull();
            case BATCHES -> assertThat(IntentCodec.read(record)).isNotNull();
            case DELTAS, KEYS, TARGETS -> assertThat(sample.get("data")).isEqualTo(sample.get("headers"));
            case VERSIONS, HEAD, EVALUATIONS, OUTCOMES, LEDGER, INTAKE, TAGS, AUDIT ->
                assertThat(CODECS.get(type).decode(record.value())).isNotNull();
            case DEAD_LETTERS -> throw new AssertionError(type + " (expected: no events of ours there)");
        }
    }

    static Iterable<String> written() {
        return Samples.written().keySet();
    }

    @ParameterizedTest
    @MethodSource("written")
    void shouldBeWhatIsWrittenToday(String name) {
        JsonNode written = Samples.json(Samples.written().get(name));

        assertThat(written).isEqualTo(Samples.read(Samples.FOLDER.resolve(name + ".json")));
    }

    @ParameterizedTest
    @MethodSource("stored")
    void shouldFailWithoutOneOfItsRequiredFields(Path file) {
        JsonNode sample = Samples.read(file);
        EventType type = Samples.type(sample);
        JsonNode required = schema(type).path("required");

        required.forEach(name -> {
            ObjectNode data = sample.get("data").deepCopy();
            data.remove(name.asText());
            assertThat(Schemas.violations(type, data)).as("without %s", name.asText()).isNotEmpty();
        });
    }

    private static JsonNode schema(EventType type) {
        try {
            return Json.read(Schemas.text(type.type() + ".json").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
