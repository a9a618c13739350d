package dev.errata.stream.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The keys of our records. A compacted topic keeps the last record for each key, so two things must never share one: parts are a JSON
 * array, {@code ["model","subject","relation"]}, whatever characters they hold.
 */
public final class RecordKey {
    private RecordKey() {}

    /** Of what there is one line of for each model. */
    public static byte[] of(String model) {
        return model.getBytes(StandardCharsets.UTF_8);
    }

    /** Of what there is one of for each model and fact key. */
    public static byte[] of(String model, FactKey key) {
        return array(List.of(model, key.subject(), key.relation()));
    }

    /** Of what there is one of for each model and event. */
    public static byte[] of(String model, EventId event) {
        return array(List.of(model, event.source(), event.id()));
    }

    /** Of a fact event: its subject in normal form, so that all that is said of a subject is read in order. */
    public static byte[] subject(FactKey key) {
        return key.subject().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the key is one with parts and belongs to this model. */
    public static boolean isOf(byte[] key, String model) {
        return parts(key).filter(parts -> parts.get(0).asText().equals(model)).isPresent();
    }

    /** The fact key in a key. */
    public static FactKey factKey(byte[] key) {
        return read(key, "[model, subject, relation]", FactKey::new);
    }

    /** The event in a key. */
    public static EventId event(byte[] key) {
        return read(key, "[model, source, id]", EventId::new);
    }

    private static <T> T read(byte[] key, String form, BiFunction<String, String, T> made) {
        JsonNode parts = parts(key).orElseThrow(() -> {
            String text = new String(key, StandardCharsets.UTF_8);
            return new ErrataException(Failure.RECORD_UNREADABLE, "key: \"" + text + "\" (expected: " + form + ")");
        });
        try {
            return made.apply(parts.get(1).asText(), parts.get(2).asText());
        } catch (ErrataException e) {
            throw new ErrataException(Failure.RECORD_UNREADABLE, "key: " + parts + ": " + e.getMessage(), e);
        }
    }

    private static Optional<JsonNode> parts(byte[] key) {
        try {
            JsonNode parts = key == null ? null : Json.MAPPER.readTree(key);
            return Optional.ofNullable(parts).filter(node -> node.isArray() && node.size() == 3);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] array(List<String> parts) {
        try {
            return Json.MAPPER.writeValueAsBytes(parts);
        } catch (JsonProcessingException e) {
            throw new ErrataException(Failure.INTERNAL, "key of " + parts + " cannot be written", e);
        }
    }
}
