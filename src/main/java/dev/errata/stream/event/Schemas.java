package dev.errata.stream.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schemas (2020-12) of all event types, from {@code schemas/} on the class path.
 *
 * <p>Everything that is written or read is checked against them, so that the files are the contract and not a description of it. A check
 * of a small event takes microseconds.
 *
 * <h2>Thread safety</h2> Immutable.
 */
final class Schemas {
    /** Only gives the files' relative references something to be relative to. */
    private static final String BASE = "errata:/schemas/";

    private static final int VIOLATIONS_TOLD = 3;
    private static final Map<EventType, Schema> SCHEMAS = load();

    private Schemas() {}

    /** What is wrong with the data of an event of this type; the first few violations, none when it is valid. */
    static List<String> violations(EventType type, JsonNode data) {
        return SCHEMAS.get(type).validate(data).stream()
                .map(Schemas::told)
                .limit(VIOLATIONS_TOLD)
                .toList();
    }

    /** Without the place when that is the whole document. */
    private static String told(Error violation) {
        String place = violation.getInstanceLocation().toString();
        return place.isEmpty() ? violation.getMessage() : place + ": " + violation.getMessage();
    }

    /** Throws {@code failure} unless the data are valid. */
    static void check(EventType type, JsonNode data, Failure failure) {
        List<String> violations = violations(type, data);
        if (!violations.isEmpty()) {
            throw new ErrataException(failure, String.join("; ", violations) + " (expected: schemas/" + type.type() + ".json)");
        }
    }

    /** The text of a schema file. */
    static String text(String file) {
        try (InputStream in = Schemas.class.getResourceAsStream("/schemas/" + file)) {
            if (in == null) {
                throw new ErrataException(Failure.INTERNAL, "schema: " + file + " (expected: on the class path under schemas/)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<EventType, Schema> load() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(iri -> iri.startsWith(BASE) ? text(iri.substring(BASE.length())) : null));
        Map<EventType, Schema> schemas = new EnumMap<>(EventType.class);
        for (EventType type : EventType.values()) {
            schemas.put(type, registry.getSchema(SchemaLocation.of(BASE + type.type() + ".json")));
        }
        return schemas;
    }
}
