package dev.errata.safetensors;

import static dev.errata.safetensors.Safetensors.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.errata.failure.ErrataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the JSON of a header token by token, so that nothing is accepted which the format does not name: no duplicate name, no other
 * field, no other type.
 *
 * <h2>Limits</h2> {@value #RANK_MAX} dimensions a tensor.
 *
 * <h2>Thread safety</h2> None; one reader for one header.
 */
final class HeaderReader {
    private static final int RANK_MAX = 64;
    // Names are the writer's to choose: no symbol table that many or colliding names could fill.
    // Lengths have the header's own limit, so that whatever the writer wrote can be read.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Header.BYTES_MAX)
                    .maxNameLength(Header.BYTES_MAX)
                    .build())
            .build();

    private final JsonParser parser;
    private final String file;
    private final SortedMap<String, String> metadata = new TreeMap<>();
    private final SortedMap<String, TensorEntry> tensors = new TreeMap<>();
    private boolean metadataSeen;

    private HeaderReader(JsonParser parser, String file) {
        this.parser = parser;
        this.file = file;
    }

    static Header read(byte[] json, String file) {
        if (json.length == 0 || json[0] != '{') {
            throw invalid(file, "header begins with " + (json.length == 0 ? "nothing" : "byte " + json[0]) + " (expected: '{')");
        }
        // A decoder of our own: Jackson would guess UTF-16 from the bytes and let malformed UTF-8 pass in places.
        InputStreamReader text = new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(text)) {
            return new HeaderReader(parser, file).header();
        } catch (IOException e) {
            throw invalid(file, "header: " + e.getMessage() + " (expected: JSON in UTF-8)", e);
        }
    }

    private Header header() throws IOException {
        expect(JsonToken.START_OBJECT, parser.nextToken(), "header");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (name.equals(Header.METADATA)) {
                metadata();
            } else if (tensors.put(name, tensor(name)) != null) {
                throw twice(name);
            }
        }
        expect(JsonToken.END_OBJECT, parser.currentToken(), "header");
        expect(null, parser.nextToken(), "after the header");
        return new Header(metadata, tensors);
    }

    private void metadata() throws IOException {
        if (metadataSeen) {
            throw twice(Header.METADATA);
        }
        metadataSeen = true;
        expect(JsonToken.START_OBJECT, parser.nextToken(), Header.METADATA);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            expect(JsonToken.VALUE_STRING, parser.nextToken(), Header.METADATA + "." + key);
            if (metadata.put(key, parser.getText()) != null) {
                throw twice(Header.METADATA + "." + key);
            }
        }
    }

    private TensorEntry tensor(String name) throws IOException {
        Dtype dtype = null;
        long[] shape = null;
        long[] offsets = null;
        expect(JsonToken.START_OBJECT, parser.nextToken(), name);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("dtype") && dtype == null) {
                dtype = dtype(name);
            } else if (field.equals("shape") && shape == null) {
                shape = longs(name, RANK_MAX);
            } else if (field.equals("data_offsets") && offsets == null) {
                offsets = longs(name, 2);
            } else {
                throw invalid(file, name, "field: \"" + field + "\" (expected: dtype, shape and data_offsets, each once)");
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw invalid(file, name, "fields are missing (expected: dtype, shape and data_offsets with two numbers)");
        }
        return new TensorEntry(dtype, shape, offsets[0], offsets[1]);
    }

    private Dtype dtype(String name) throws IOException {
        expect(JsonToken.VALUE_STRING, parser.currentToken(), name + ".dtype");
        String text = parser.getText();
        return Arrays.stream(Dtype.values())
                .filter(d -> d.name().equals(text))
                .findFirst()
                .orElseThrow(() -> {
                    String known = Arrays.toString(Dtype.values());
                    return invalid(file, name, "dtype: \"" + text + "\" (expected: one of " + known + ")");
                });
    }

    private long[] longs(String name, int max) throws IOException {
        expect(JsonToken.START_ARRAY, parser.currentToken(), name);
        long[] values = new long[max];
        int n = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.VALUE_NUMBER_INT, parser.currentToken(), name);
            if (n == max) {
                throw invalid(file, name, "numbers: more than " + max + " (expected: at most " + max + ")");
            }
            values[n] = parser.getLongValue();
            if (values[n] < 0) {
                throw invalid(file, name, "number: " + values[n] + " (expected: 0 or more)");
            }
            n++;
        }
        return Arrays.copyOf(values, n);
    }

    private void expect(JsonToken wanted, JsonToken found, String where) {
        if (found != wanted) {
            throw invalid(file, where, "JSON: " + found + " (expected: " + (wanted == null ? "the end" : wanted) + ")");
        }
    }

    private ErrataException twice(String name) {
        return invalid(file, name, "named twice (expected: once)");
    }
}
