package dev.errata.stream.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.fact.EventId;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Audience;
import dev.errata.stream.RawRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A CloudEvents 1.0 event with JSON data as somebody else wrote it: binary mode (attributes in {@code ce_} headers, the value is the
 * data) or structured mode (content type {@code application/cloudevents+json}, the value is the whole event).
 *
 * @param time the {@code time} attribute, else the record's timestamp
 * @param lines the extension attribute {@code errataline} as it stands there
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka binding</a>
 */
record IncomingEvent(EventType type, EventId id, Instant time, Optional<String> lines, JsonNode data) {
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String VERSION = "1.0";
    private static final int LAST_YEAR = 9999;

    /** Reads a record, or throws {@code failure}. */
    static IncomingEvent read(RawRecord record, Failure failure) {
        try {
            if (record.value() == null) {
                throw new IOException("value: none (expected: JSON)");
            }
            Map<String, String> headers = headers(record);
            String contentType = mediaType(headers.getOrDefault("content-type", ""));
            return contentType.equals(STRUCTURED) ? structured(record) : binary(record, headers, contentType);
        } catch (JsonProcessingException e) {
            throw new ErrataException(failure, e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ErrataException(failure, e.getMessage(), e);
        }
    }

    private static IncomingEvent binary(RawRecord record, Map<String, String> headers, String contentType) throws IOException {
        requireJson("content-type", contentType);
        Map<String, String> attributes = new HashMap<>();
        headers.forEach((name, value) -> {
            if (name.startsWith("ce_")) {
                attributes.put(name.substring("ce_".length()), value);
            }
        });
        return event(record, attributes, Json.read(record.value()));
    }

    private static IncomingEvent structured(RawRecord record) throws IOException {
        JsonNode whole = Json.read(record.value());
        Map<String, String> attributes = new HashMap<>();
        whole.properties().forEach(field -> {
            if (field.getValue().isTextual()) {
                attributes.put(field.getKey(), field.getValue().textValue());
            }
        });
        if (whole.has(Audience.ATTRIBUTE) && !attributes.containsKey(Audience.ATTRIBUTE)) {
            // Without it the event would be for every line.
            throw new IOException(Audience.ATTRIBUTE + ": " + whole.get(Audience.ATTRIBUTE) + " (expected: text)");
        }
        requireJson("datacontenttype", mediaType(attributes.getOrDefault("datacontenttype", "")));
        if (!whole.has("data")) {
            throw new IOException("data: none (expected: JSON in \"data\")");
        }
        return event(record, attributes, whole.get("data"));
    }

    private static IncomingEvent event(RawRecord record, Map<String, String> attributes, JsonNode data) throws IOException {
        String version = attribute(attributes, "specversion");
        if (!version.equals(VERSION)) {
            throw new IOException("specversion: \"" + version + "\" (expected: \"" + VERSION + "\")");
        }
        String type = attribute(attributes, "type");
        EventType known = EventType.of(type).orElseThrow(() -> new IOException("type: \"" + type + "\" (expected: one of schemas/)"));
        EventId id = new EventId(Repeated.once(attribute(attributes, "source")), attribute(attributes, "id"));
        Optional<String> lines = Optional.ofNullable(attributes.get(Audience.ATTRIBUTE));
        return new IncomingEvent(known, id, time(record, attributes.get("time")), lines, data);
    }

    private static String attribute(Map<String, String> attributes, String name) throws IOException {
        String value = attributes.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IOException(name + ": none (expected: the CloudEvents attribute \"" + name + "\")");
        }
        return value;
    }

    private static Instant time(RawRecord record, String time) throws IOException {
        if (time == null) {
            return record.time();
        }
        try {
            OffsetDateTime parsed = OffsetDateTime.parse(time);
            if (parsed.getYear() >= 0 && parsed.getYear() <= LAST_YEAR) {
                return parsed.toInstant();
            }
        } catch (DateTimeException e) {
            throw new IOException("time: \"" + time + "\" (expected: RFC 3339)", e);
        }
        throw new IOException("time: \"" + time + "\" (expected: a year of four digits, as in RFC 3339)");
    }

    private static Map<String, String> headers(RawRecord record) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (RawRecord.Header header : record.headers()) {
            if (header.value() != null && (header.name().startsWith("ce_") || header.name().equals("content-type"))) {
                headers.put(header.name(), utf8(header));
            }
        }
        return headers;
    }

    private static String utf8(RawRecord.Header header) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header.value())).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("header " + header.name() + ": not UTF-8", e);
        }
    }

    private static void requireJson(String name, String mediaType) throws IOException {
        if (!(mediaType.isEmpty() || mediaType.equals("application/json") || mediaType.endsWith("+json"))) {
            throw new IOException(name + ": \"" + mediaType + "\" (expected: application/json or " + STRUCTURED + ")");
        }
    }

    /** Without parameters such as the charset. */
    private static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
