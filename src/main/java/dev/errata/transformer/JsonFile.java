package dev.errata.transformer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JSON object from a model directory, read field by field; whatever is not as expected is one failure that names file and field.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param within what names the object within the file, in front of its fields: empty, or an outer field and a dot
 */
record JsonFile(Path file, String within, JsonNode root, Failure failure) {
    /** Deeper than any of these files is, and less than what the tokenizer's library takes (128) before it ends the process. */
    private static final int DEPTH_MAX = 100;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                    .build())
            .build();

    /** Reads a file that must be there; {@code failure} is the code of everything that is wrong with it. */
    static JsonFile read(Path file, Failure failure) {
        try {
            return parse(Files.readAllBytes(file), file, failure);
        } catch (IOException e) {
            throw new ErrataException(failure, file + ": cannot be read: " + e + " (expected: a JSON file)", e);
        }
    }

    /** Reads what a file holds. */
    static JsonFile parse(byte[] bytes, Path file, Failure failure) {
        try {
            JsonNode root = JSON.readTree(bytes);
            if (!root.isObject()) {
                throw new ErrataException(failure, file + ": holds " + root.getNodeType() + " (expected: a JSON object)");
            }
            return new JsonFile(file, "", root, failure);
        } catch (JsonProcessingException e) {
            throw new ErrataException(failure, file + ": is no JSON: " + e.getOriginalMessage() + " (expected: a JSON object)", e);
        } catch (IOException e) {
            throw new ErrataException(failure, file + ": cannot be read: " + e + " (expected: a JSON object)", e);
        }
    }

    /** True if the field is there and not null. */
    boolean has(String field) {
        return root.hasNonNull(field);
    }

    JsonNode get(String field) {
        return root.path(field);
    }

    /** An object within this one. */
    JsonFile within(String field) {
        if (!get(field).isObject()) {
            throw invalid(field, "an object");
        }
        return new JsonFile(file, within + field + ".", get(field), failure);
    }

    String text(String field) {
        JsonNode value = get(field);
        if (!value.isTextual()) {
            throw invalid(field, "a string");
        }
        return value.textValue();
    }

    /** A count: an integer of at least 1. */
    int count(String field) {
        JsonNode value = get(field);
        if (!value.isInt() || value.intValue() < 1) {
            throw invalid(field, "an integer of at least 1");
        }
        return value.intValue();
    }

    /** A count, or what stands for it where the field is absent or null. */
    int countOr(String field, int otherwise) {
        return has(field) ? count(field) : otherwise;
    }

    /** Four times a count, which is what an MLP has for keys where nothing else is said. */
    int fourTimes(String field) {
        int count = count(field);
        if (count > Integer.MAX_VALUE / 4) {
            throw invalid(field, "at most " + Integer.MAX_VALUE / 4);
        }
        return 4 * count;
    }

    /** A count that {@code whole} is a multiple of. */
    int divisor(String field, int whole) {
        int count = count(field);
        if (whole % count != 0) {
            throw invalid(field, "a divisor of " + whole);
        }
        return count;
    }

    /** A finite number above 0. */
    double positive(String field) {
        JsonNode value = get(field);
        if (!value.isNumber() || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue())) {
            throw invalid(field, "a number above 0");
        }
        return value.doubleValue();
    }

    /** A finite number above 0, or what stands for it where the field is absent or null. */
    double positiveOr(String field, double otherwise) {
        return has(field) ? positive(field) : otherwise;
    }

    /** A flag that is false where the field is absent or null. */
    boolean flag(String field) {
        return flagOr(field, false);
    }

    /** A flag, or what stands for it where the field is absent or null. */
    boolean flagOr(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        if (!get(field).isBoolean()) {
            throw invalid(field, "true or false");
        }
        return get(field).booleanValue();
    }

    /** Refuses a flag that would change what is computed here. */
    void require(String field, boolean value) {
        if (flagOr(field, value) != value) {
            throw invalid(field, value + "");
        }
    }

    /** The failure for a field that is not what is expected. */
    ErrataException invalid(String field, String expected) {
        JsonNode value = get(field);
        String found = value.isMissingNode() ? "missing" : value.toString();
        return new ErrataException(failure, file + ": " + within + field + ": " + found + " (expected: " + expected + ")");
    }
}
