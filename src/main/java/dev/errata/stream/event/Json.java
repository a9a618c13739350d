package dev.errata.stream.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.errata.delta.Version;
import dev.errata.fact.FactChange;
import dev.errata.fact.Outcome;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * How our records are JSON: components by their names, instants as ISO text, absent optionals left out, and the cases of a sealed type
 * told apart by {@code kind}.
 *
 * <p>The rooms below know no Jackson; what their sealed types are called on the wire is said here. To rename a component there changes
 * the wire: the stored samples then fail.
 */
final class Json {
    /** Reads exactly one document without repeated names; unknown fields are left alone, as later versions may add some. */
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addMixIn(FactChange.class, FactChangeKinds.class)
            .addMixIn(Outcome.Fate.class, FateKinds.class)
            .addMixIn(Version.Change.class, VersionChangeKinds.class)
            .addMixIn(IntakeNote.class, IntakeNoteKinds.class)
            .addMixIn(Operation.Result.class, ResultKinds.class)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private static final int SURROGATE = 0xED;
    private static final int BEYOND = 0xF4;

    private Json() {}

    /**
     * One JSON document whose texts are all well-formed Unicode and whose numbers are all finite: an escaped lone surrogate or 1e400 would
     * be read, but could never be written again, and a schema cannot be asked about infinity.
     */
    static JsonNode read(byte[] bytes) throws IOException {
        JsonNode node = MAPPER.readTree(bytes);
        if (mayHoldSurrogate(bytes) && !wellFormed(MAPPER.writeValueAsString(node))) {
            throw new IOException("text with a lone surrogate");
        }
        if (!finite(node)) {
            throw new IOException("a number beyond 1e308");
        }
        return node;
    }

    private static boolean finite(JsonNode node) {
        if (node.isFloatingPointNumber()) {
            return Double.isFinite(node.doubleValue());
        }
        for (JsonNode value : node) {
            if (!finite(value)) {
                return false;
            }
        }
        return true;
    }

    /** A value as the data of an event of this type; {@code failure} where the schema or Unicode does not allow it. */
    static byte[] bytes(EventType type, Object value, Failure failure) {
        try {
            JsonNode data = MAPPER.valueToTree(value);
            Schemas.check(type, data, failure);
            return MAPPER.writeValueAsBytes(data);
        } catch (JsonProcessingException e) {
            throw new ErrataException(failure, type.type() + " cannot be written: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * A surrogate is written as an escape, or as the three bytes that UTF-8 forbids, and is what four bytes beyond the last character are
     * read as; to look for the first of them is cheap.
     */
    private static boolean mayHoldSurrogate(byte[] bytes) {
        for (byte one : bytes) {
            int first = Byte.toUnsignedInt(one);
            if (first == '\\' || first == SURROGATE || first >= BEYOND) {
                return true;
            }
        }
        return false;
    }

    /** A value as bytes, unchecked: for what nobody but its own codec reads. */
    static byte[] unchecked(Object value, Failure failure) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new ErrataException(failure, value.getClass().getSimpleName() + " cannot be written: " + e.getOriginalMessage(), e);
        }
    }

    private static boolean wellFormed(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @Type(name = "asserted", value = FactChange.Asserted.class),
        @Type(name = "retracted", value = FactChange.Retracted.class)
    })
    private interface FactChangeKinds {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @Type(name = "applied", value = Outcome.Fate.Applied.class),
        @Type(name = "superseded", value = Outcome.Fate.Superseded.class),
        @Type(name = "duplicate", value = Outcome.Fate.Duplicate.class),
        @Type(name = "rejected", value = Outcome.Fate.Rejected.class)
    })
    private interface FateKinds {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @Type(name = "edited", value = Version.Change.Edited.class),
        @Type(name = "rebased", value = Version.Change.Rebased.class),
        @Type(name = "rolledBack", value = Version.Change.RolledBack.class)
    })
    private interface VersionChangeKinds {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @Type(name = "pending", value = IntakeNote.StillPending.class),
        @Type(name = "known", value = IntakeNote.OnlyKnown.class),
        @Type(name = "begun", value = IntakeNote.Begun.class)
    })
    private interface IntakeNoteKinds {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @Type(name = "accepted", value = Operation.Result.Accepted.class),
        @Type(name = "declined", value = Operation.Result.Declined.class)
    })
    private interface ResultKinds {}
}
