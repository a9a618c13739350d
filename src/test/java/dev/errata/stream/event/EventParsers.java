package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import dev.errata.stream.Audience;
import dev.errata.stream.Examples;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.RawRecord;
import dev.errata.stream.RawRecord.Header;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Records of all topics, as bytes, and fact documents. What is read can be written, and is then read as the same.
 *
 * <p>A record with headers is a line for each header and, behind an empty line, its value.
 */
public final class EventParsers {
    private static final FactReader FACTS = new FactReader(FactLimits.DEFAULT);
    private static final FactDocuments DOCUMENTS = new FactDocuments(FACTS, "urn:fuzz", event -> "id");
    private static final Map<EventCodec<?>, EventType> CODECS = Map.of(
            EventCodec.BATCH, EventType.BATCH_SEALED,
            EventCodec.VERSION, EventType.VERSION_COMMITTED,
            EventCodec.EVALUATION, EventType.EVALUATION_COMPLETED,
            EventCodec.OUTCOME, EventType.OUTCOME_SETTLED,
            EventCodec.HEAD, EventType.HEAD_ANNOUNCED,
            EventCodec.LEDGER, EventType.LEDGER_CHANGED,
            EventCodec.INTAKE, EventType.INTAKE_NOTED,
            EventCodec.TAG, EventType.VERSION_TAGGED);

    private EventParsers() {}

    public static List<Parser> all() {
        List<byte[]> facts = records(EventType.FACT_ASSERTED, EventType.FACT_RETRACTED, EventType.BATCH_FLUSH);
        List<byte[]> intents = records(EventType.BATCH_SEALED, EventType.ROLLBACK_REQUESTED, EventType.REBASE_REQUESTED);
        List<byte[]> documents = List.of(
                bytes(FactDocuments.write(new FactEvent(Examples.asserted(), Audience.of(List.of("a", "b"))))),
                bytes(FactDocuments.write(new FactEvent(Examples.plain()))),
                bytes(FactDocuments.write(new FactEvent(Examples.retracted()))));
        Shape record = Shape.behindLines(Shape.JSON);
        List<Parser> all = new ArrayList<>(List.of(
                Parser.of("FactReader.read", facts, record, bytes -> writable(FACTS.read(record(bytes)))),
                Parser.of("IntentCodec.read", intents, record, bytes -> {
                    var intent = IntentCodec.read(record(bytes));
                    CloudEvent event = Events.of(Examples.LINE, intent);
                    assertThat(IntentCodec.read(record(event))).isEqualTo(intent);
                }),
                Parser.of("FactDocuments.parse", documents, Shape.JSON, bytes -> {
                    FactEvent fact = DOCUMENTS.read(FactDocuments.parse(bytes), Examples.NOON);
                    assertThat(DOCUMENTS.read(FactDocuments.write(fact), Examples.NOON)).isEqualTo(fact);
                }),
                Parser.of("Audience.parse", List.of("a".getBytes(), "b, a-1,c".getBytes()), Shape.BYTES, bytes -> {
                    Audience audience = Audience.parse(new String(bytes, StandardCharsets.UTF_8));
                    assertThat(Audience.parse(audience.text())).isEqualTo(audience);
                }),
                Parser.of("RecordKey.factKey", List.of(RecordKey.of("model", Examples.asserted().key())), Shape.JSON, bytes -> {
                    RecordKey.isOf(bytes, "model");
                    RecordKey.factKey(bytes);
                }),
                Parser.of("RecordKey.event", List.of(RecordKey.of("model", Examples.asserted().event())), Shape.JSON, RecordKey::event)));
        CODECS.forEach((codec, type) -> all.add(codec(codec, type)));
        all.sort((one, other) -> one.name().compareTo(other.name()));
        return all;
    }

    private static <T> Parser codec(EventCodec<T> codec, EventType type) {
        List<byte[]> corpus = samples(type).stream().map(sample -> bytes(sample.get("data"))).toList();
        return Parser.of("EventCodec.decode " + type, corpus, Shape.JSON, bytes -> {
            T value = codec.decode(bytes);
            assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
        });
    }

    private static void writable(FactReader.Request request) {
        if (request instanceof FactReader.Request.Change asked) {
            assertThat(FACTS.read(record(Events.of(asked.event())))).isEqualTo(request);
        }
    }

    private static List<JsonNode> samples(EventType type) {
        return Samples.stored().stream().map(Samples::read).filter(sample -> Samples.type(sample) == type).toList();
    }

    /** In binary and in structured mode. */
    private static List<byte[]> records(EventType... types) {
        List<byte[]> all = new ArrayList<>();
        for (EventType type : types) {
            for (JsonNode sample : samples(type)) {
                RawRecord binary = Samples.record(sample);
                all.add(text(binary));
                ObjectNode whole = sample.get("attributes").deepCopy();
                whole.put("specversion", "1.0").set("data", sample.get("data"));
                all.add(text(new RawRecord(binary.position(), binary.time(), null, bytes(whole),
                        List.of(Samples.header("content-type", "application/cloudevents+json; charset=UTF-8")))));
            }
        }
        return all;
    }

    private static byte[] text(RawRecord record) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Header header : record.headers()) {
            text.writeBytes((header.name() + "=").getBytes(StandardCharsets.UTF_8));
            text.writeBytes(header.value());
            text.write('\n');
        }
        text.write('\n');
        text.writeBytes(record.value());
        return text.toByteArray();
    }

    private static RawRecord record(byte[] text) {
        List<Header> headers = new ArrayList<>();
        int body = Shape.emptyLine(text);
        for (int at = 0; body > 0 && at < body - 1; ) {
            int end = at;
            int equals = at;
            for (; text[end] != '\n'; end++) {
                equals = equals == at && text[end] == '=' ? end : equals;
            }
            String name = new String(text, at, equals - at, StandardCharsets.UTF_8);
            headers.add(new Header(name, equals == at ? null : Arrays.copyOfRange(text, equals + 1, end)));
            at = end + 1;
        }
        return new RawRecord(Examples.arrival(Examples.plain(), 0, 0).position(), Examples.NOON, null,
                Arrays.copyOfRange(text, Math.max(0, body), text.length), headers);
    }

    private static RawRecord record(CloudEvent event) {
        return Samples.record(Samples.json(event));
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
