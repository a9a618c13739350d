package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Audience;
import dev.errata.stream.Examples;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.Whitespace;
import net.jqwik.api.constraints.AlphaChars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactDocumentsTest {
    private static final Instant NOW = Instant.parse("2026-05-05T05:05:05Z");
    private static final String ANGOLA =
            """
            {"subject": "Angola", "relation": "P30", "prompt": "{} is located in", "object": "Antarctica"%s}""";

    private final FactDocuments documents =
            new FactDocuments(new FactReader(FactLimits.DEFAULT), "urn:preset", event -> "made-of-" + event.at("/data/subject").asText());

    private FactChange read(String json) {
        return documents.read(FactDocuments.parse(json.getBytes(StandardCharsets.UTF_8)), NOW).change();
    }

    private static String angola(String more) {
        return ANGOLA.formatted(more);
    }

    @Property
    void shouldReadWhatWasWritten(
            @ForAll @NotBlank @AlphaChars @Whitespace @StringLength(min = 1, max = 50) String text,
            @ForAll boolean retracted,
            @ForAll @IntRange(min = -1) int revision,
            @ForAll @IntRange(max = 2) int probes,
            @ForAll @IntRange(max = 2) int lines) {
        EventId event = new EventId("urn:" + text.strip(), text);
        Revision at = new Revision(revision < 0 ? OptionalLong.empty() : OptionalLong.of(revision), NOW.plusNanos(Math.abs(revision)));
        Fact said = new Fact(text, new Relation(text, text + "{}"), text);
        List<String> asked = Collections.nCopies(probes, text);
        Optional<String> previous = probes == 1 ? Optional.of(text) : Optional.empty();
        FactChange change = retracted
                ? new Retracted(event, text, text, at)
                : new Asserted(event, said, at, previous, new Probes(asked, asked));

        FactEvent fact = new FactEvent(change, Audience.of(List.of("a-1", "B_2").subList(0, lines)));
        JsonNode written = FactDocuments.write(fact);

        assertThat(documents.read(written, Instant.EPOCH)).isEqualTo(fact);
    }

    @Test
    void shouldReadWhatWasWrittenWhenItIsAnExample() {
        for (FactChange change : List.of(Examples.asserted(), Examples.plain(), Examples.retracted())) {
            FactEvent fact = new FactEvent(change);
            assertThat(documents.read(FactDocuments.write(fact), NOW)).isEqualTo(fact);
        }
    }

    @Test
    void shouldFillInWhatIsLeftOutWhenOnlyAFactIsGiven() {
        FactChange change = read(angola(""));

        assertThat(change.event()).isEqualTo(new EventId("urn:preset", "made-of-Angola"));
        assertThat(change.revision()).isEqualTo(Revision.at(NOW));
    }

    @Test
    void shouldKeepSourceIdAndTimeWhenTheyAreGiven() {
        FactChange change = read(angola(
                """
                , "source": "urn:mine", "id": "7", "time": "2026-01-01T01:00:00+01:00", "revision": 3"""));

        assertThat(change.event()).isEqualTo(new EventId("urn:mine", "7"));
        assertThat(change.revision()).isEqualTo(Revision.number(3, Instant.parse("2026-01-01T00:00:00Z")));
    }

    @Test
    void shouldReadARetractionWhenItsKindSaysSo() {
        FactChange change = read("{\"kind\": \"retracted\", \"subject\": \"Angola\", \"relation\": \"P30\"}");

        assertThat(change).isEqualTo(new Retracted(new EventId("urn:preset", "made-of-Angola"), "Angola", "P30", Revision.at(NOW)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[]                                            | FACT_UNREADABLE       | ARRAY (expected: a JSON object)",
        "{\"kind\": \"denied\"}                        | FACT_UNREADABLE       | kind: \"denied\" (expected: asserted or retracted)",
        "{\"id\": 5}                                                            | FACT_UNREADABLE       | id: 5 (expected: text)",
        "{\"source\": \"\"}                                                     | FACT_UNREADABLE       | source",
        "{\"errataline\": [\"a\"]} | FACT_UNREADABLE | errataline: [\"a\"] (expected: text)",
        "{\"kind\":\"retracted\",\"subject\":\"a\",\"relation\":\"r\",\"errataline\":\"a b\"}|FACT_UNREADABLE | errataline",
        "{\"time\": \"yesterday\"}                                              | FACT_UNREADABLE       | yesterday",
        "{\"subject\": \"Angola\"}                                              | FACT_UNREADABLE       | relation",
        "{\"subject\":\"a\",\"relation\":\"r\",\"prompt\":\"p\",\"object\":\"o\"}   | SUBJECT_NOT_IN_PROMPT | exactly one {}",
        "{\"subject\":\" \",\"relation\":\"r\",\"prompt\":\"{}\",\"object\":\"o\"}  | SUBJECT_EMPTY         | some text",
        "{\"subject\":\"\\ud800\",\"relation\":\"r\",\"prompt\":\"{}\",\"object\":\"o\"} | FACT_UNREADABLE  | surrogate",
    })
    void shouldSayWhatIsWrongWhenADocumentIsBad(String json, Failure code, String told) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ErrataException.class)
                .hasMessageContaining(told)
                .extracting(e -> ((ErrataException) e).failure())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{", "{} {}", "{\"a\": 1, \"a\": 2}", "nonsense"})
    void shouldRefuseWhatIsNoSingleDocument(String json) {
        assertThatThrownBy(() -> FactDocuments.parse(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ErrataException.class)
                .extracting(e -> ((ErrataException) e).failure())
                .isEqualTo(Failure.FACT_UNREADABLE);
    }
}
