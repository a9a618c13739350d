package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Position;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.FactLimits;
import dev.errata.stream.RawRecord;
import dev.errata.stream.RawRecord.Header;
import dev.errata.stream.event.FactReader.Request;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FactReaderTest {
    private static final String DATA = "{\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}";
    private static final Instant SENT = Instant.parse("2026-02-02T02:02:02Z");

    private final FactReader reader = new FactReader(FactLimits.DEFAULT);
    private final Map<String, String> headers = new LinkedHashMap<>(Map.of(
            "ce_specversion", "1.0",
            "ce_id", "1",
            "ce_source", "urn:test",
            "ce_type", "dev.errata.fact.asserted.v1"));

    private RawRecord record(byte[] value) {
        List<Header> all = new ArrayList<>();
        headers.forEach((name, text) -> all.add(Samples.header(name, text)));
        return new RawRecord(new Position(2, 7), SENT, null, value, all);
    }

    private FactChange read(String data) {
        return ((Request.Change) reader.read(record(data.getBytes(StandardCharsets.UTF_8)))).change();
    }

    private static void fails(Failure failure, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }

    @Test
    void shouldTakeTheRecordsTimestampWhenTheEventHasNoTime() {
        FactChange change = read(DATA);

        assertThat(change.revision()).isEqualTo(Revision.at(SENT));
    }

    @Test
    void shouldReadTimesOfAnyOffset() {
        headers.put("ce_time", "2026-03-01T13:00:00.5+01:00");

        FactChange change = read(DATA);

        assertThat(change.revision().time()).isEqualTo("2026-03-01T12:00:00.5Z");
    }

    @Test
    void shouldReadStructuredModeAsBinaryMode() {
        headers.clear();
        headers.put("content-type", "Application/CloudEvents+JSON; charset=UTF-8");
        String event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"urn:test\",\"type\":\"dev.errata.fact.asserted.v1\","
                + "\"time\":\"2026-03-01T12:00:00Z\",\"datacontenttype\":\"application/json\",\"extension\":5,\"data\":" + DATA + "}";

        Asserted change = (Asserted) read(event);

        assertThat(change.event()).hasToString("urn:test#1");
        assertThat(change.fact().prompt()).isEqualTo("s is");
        assertThat(change.revision().time()).isEqualTo(Examples.NOON);
    }

    @Test
    void shouldLeaveUnknownFieldsAndHeadersAlone() {
        headers.put("ce_traceparent", "00-1-1-00");
        headers.put("other", "\u0000");

        assertThat(read(DATA.replace("{\"subject\"", "{\"addedLater\":[1],\"subject\""))).isInstanceOf(Asserted.class);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1.0, 1", "-5, -5", "9223372036854775807, 9223372036854775807"})
    void shouldReadIntegersHoweverTheyAreWritten(String written, long revision) {
        assertThat(read(DATA.replace("{\"subject\"", "{\"revision\":" + written + ",\"subject\"")).revision().number()).hasValue(revision);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_specversion", "ce_id", "ce_source", "ce_type"})
    void shouldRefuseAnEventWithoutARequiredAttribute(String name) {
        headers.remove(name);
        fails(Failure.FACT_UNREADABLE, () -> read(DATA));

        headers.put(name, "");
        fails(Failure.FACT_UNREADABLE, () -> read(DATA));
    }

    @ParameterizedTest
    @CsvSource({
        "ce_specversion, 0.3",
        "ce_type, dev.errata.fact.asserted.v2",
        "ce_type, dev.errata.version.committed.v1",
        "ce_type, dev.errata.rollback.requested.v1",
        "ce_time, yesterday",
        "ce_time, +10000-01-01T00:00:00Z",
        "ce_time, 2026-02-30T00:00:00Z",
        "content-type, text/plain",
        "content-type, application/avro"
    })
    void shouldRefuseHeadersThatSaySomethingElse(String name, String value) {
        headers.put(name, value);

        fails(Failure.FACT_UNREADABLE, () -> read(DATA));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{}",
                "{\"subject\":\"s\"",
                "{\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"} {}",
                "{\"subject\":\"a\",\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"subject\":5,\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"subject\":null,\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"revision\":1.5,\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"revision\":\"1\",\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"revision\":9223372036854775808,\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"revision\":1e400,\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"paraphrases\":[\" \"],\"subject\":\"s\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}",
                "{\"subject\":\"\\ud800\",\"relation\":\"r\",\"prompt\":\"{} is\",\"object\":\"o\"}"
            })
    void shouldRefuseDataThatAreNoFact(String data) {
        fails(Failure.FACT_UNREADABLE, () -> read(data));
    }

    @Test
    void shouldRefuseATombstoneAndBytesThatAreNoText() {
        fails(Failure.FACT_UNREADABLE, () -> reader.read(record(null)));
        fails(Failure.FACT_UNREADABLE, () -> reader.read(record(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})));
        fails(Failure.FACT_UNREADABLE, () -> reader.read(record("[".repeat(5000).getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void shouldRefuseAHeaderThatIsNoUtf8() {
        List<Header> all = new ArrayList<>(record(new byte[0]).headers());
        all.removeIf(header -> header.name().equals("ce_id"));
        all.add(new Header("ce_id", new byte[] {(byte) 0xc3}));

        fails(
                Failure.FACT_UNREADABLE,
                () -> reader.read(new RawRecord(new Position(0, 0), SENT, null, DATA.getBytes(StandardCharsets.UTF_8), all)));
    }

    @Test
    void shouldLetAFactsOwnFailuresPass() {
        fails(Failure.SUBJECT_EMPTY, () -> read(DATA.replace("\"s\"", "\" \"")));
        fails(Failure.OBJECT_EMPTY, () -> read(DATA.replace("\"o\"", "\"\"")));
        fails(Failure.RELATION_EMPTY, () -> read(DATA.replace("\"r\"", "\"\"")));
        fails(Failure.SUBJECT_NOT_IN_PROMPT, () -> read(DATA.replace("{} is", "it is")));
    }

    @Test
    void shouldRefuseWhatIsBeyondALimitAndTakeWhatIsAtIt() {
        FactLimits limits = FactLimits.DEFAULT;
        String probe = "p".repeat(limits.probeChars());

        assertThat(read(DATA.replace("\"s\"", "\"" + "s".repeat(limits.subjectChars()) + "\""))).isNotNull();
        fails(Failure.FACT_TOO_LARGE, () -> read(DATA.replace("\"s\"", "\"" + "s".repeat(limits.subjectChars() + 1) + "\"")));
        fails(Failure.FACT_TOO_LARGE, () -> read(DATA.replace("\"r\"", "\"" + "r".repeat(limits.subjectChars() + 1) + "\"")));
        fails(Failure.FACT_TOO_LARGE, () -> read(DATA.replace("{} is", "{} " + "p".repeat(limits.promptChars()))));
        fails(Failure.FACT_TOO_LARGE, () -> read(DATA.replace("\"o\"", "\"" + "o".repeat(limits.objectChars() + 1) + "\"")));
        assertThat(read(DATA.replace("{\"subject\"", "{\"neighbors\":[\"" + probe + "\"],\"subject\""))).isNotNull();
        fails(Failure.FACT_TOO_LARGE, () -> read(DATA.replace("{\"subject\"", "{\"neighbors\":[\"" + probe + "p\"],\"subject\"")));
        String many = "\"p\",".repeat(limits.probes()) + "\"p\"";
        fails(Failure.FACT_TOO_LARGE, () -> read(DATA.replace("{\"subject\"", "{\"paraphrases\":[" + many + "],\"subject\"")));
        fails(Failure.FACT_TOO_LARGE, () -> reader.read(record(new byte[limits.recordBytes() + 1])));
    }

    @Test
    void shouldTellAFlushForOneLineFromAFlushForAll() {
        headers.put("ce_type", "dev.errata.batch.flush.v1");

        assertThat(reader.read(record("{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new Request.Flush(Optional.of("m")));
        assertThat(reader.read(record("{}".getBytes(StandardCharsets.UTF_8)))).isEqualTo(new Request.Flush(Optional.empty()));
    }
}
