package dev.errata.stream.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Audience;
import dev.errata.stream.FactEvent;
import dev.errata.stream.RawRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads and writes fact changes as people put them into a request or a file: the JSON data of a fact event and, beside them and all
 * optional, what a CloudEvent carries around its data: {@code kind} ("asserted", the default, or "retracted"), {@code source},
 * {@code id}, {@code time} (RFC 3339), {@code errataline} ({@link Audience}).
 *
 * <p>A document is turned into the structured CloudEvent that it stands for and read by the reader of the facts topic, so that REST, files
 * and topic accept the same and refuse the same, with the same codes.
 *
 * <p>Law: {@code read(write(event), …).equals(event)}.
 *
 * <h2>Thread safety</h2> As safe as {@code ids}.
 */
public final class FactDocuments {
    private static final String KIND = "kind";
    private static final Map<String, EventType> KINDS =
            Map.of("asserted", EventType.FACT_ASSERTED, "retracted", EventType.FACT_RETRACTED);
    private static final List<String> ENVELOPE = List.of("source", "id", "time", Audience.ATTRIBUTE);
    private static final RawRecord.Header STRUCTURED =
            new RawRecord.Header("content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8));
    /** A document lies in no topic yet. */
    private static final Position NOWHERE = new Position(0, 0);

    private final FactReader reader;
    private final String source;
    private final Function<ObjectNode, String> ids;

    /**
     * @param source for documents that name none
     * @param ids for documents that name none: the id of this event, which lacks only that
     */
    public FactDocuments(FactReader reader, String source, Function<ObjectNode, String> ids) {
        this.reader = reader;
        this.source = source;
        this.ids = ids;
    }

    /** One JSON document, strictly read. @throws ErrataException FACT_UNREADABLE */
    public static JsonNode parse(byte[] json) {
        try {
            return Json.read(json);
        } catch (JsonProcessingException e) {
            throw new ErrataException(Failure.FACT_UNREADABLE, e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ErrataException(Failure.FACT_UNREADABLE, e.getMessage(), e);
        }
    }

    /**
     * @param now the change's time where the document names none
     * @throws ErrataException as {@link FactReader#read}
     */
    public FactEvent read(JsonNode document, Instant now) {
        if (!(document instanceof ObjectNode fields)) {
            throw unreadable("fact: " + document.getNodeType() + " (expected: a JSON object)");
        }
        ObjectNode event = Json.MAPPER.createObjectNode();
        event.put("specversion", "1.0").put("type", type(fields).type()).put("source", source);
        for (String name : ENVELOPE) {
            JsonNode value = fields.path(name);
            if (value.isTextual()) {
                event.set(name, value);
            } else if (!value.isMissingNode()) {
                throw unreadable(name + ": " + value + " (expected: text)");
            }
        }
        ObjectNode data = fields.deepCopy();
        data.remove(KIND);
        data.remove(ENVELOPE);
        event.set("data", data);
        if (!event.has("id")) {
            event.put("id", ids.apply(event));
        }
        return change(event, now);
    }

    private static EventType type(ObjectNode fields) {
        String kind = fields.path(KIND).asText("asserted");
        EventType type = KINDS.get(kind);
        if (type == null) {
            throw unreadable("kind: \"" + kind + "\" (expected: asserted or retracted)");
        }
        return type;
    }

    private FactEvent change(ObjectNode event, Instant now) {
        try {
            byte[] value = Json.MAPPER.writeValueAsBytes(event);
            FactReader.Request request = reader.read(new RawRecord(NOWHERE, now, null, value, List.of(STRUCTURED)));
            return ((FactReader.Request.Change) request).event();
        } catch (JsonProcessingException e) {
            throw new ErrataException(Failure.FACT_UNREADABLE, e.getOriginalMessage(), e);
        }
    }

    /** The document that is read as this event. */
    public static ObjectNode write(FactEvent fact) {
        CloudEvent event = Events.of(fact);
        try {
            ObjectNode document = (ObjectNode) Json.MAPPER.readTree(event.data());
            if (event.type() == EventType.FACT_RETRACTED) {
                document.put(KIND, "retracted");
            }
            if (!fact.audience().isEveryLine()) {
                document.put(Audience.ATTRIBUTE, fact.audience().text());
            }
            return document.put("source", event.id().source())
                    .put("id", event.id().id())
                    .put("time", event.time().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ErrataException unreadable(String message) {
        return new ErrataException(Failure.FACT_UNREADABLE, message);
    }
}
