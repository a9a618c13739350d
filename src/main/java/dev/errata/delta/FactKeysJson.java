package dev.errata.delta;

import static dev.errata.delta.Canonical.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.errata.fact.FactKey;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** The fact keys of each pair as compact JSON: {@code [[["subject","relation"],…],…]}. */
final class FactKeysJson {
    /** The text has been read as metadata, which has a limit; no other is needed here. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
            .build();

    private FactKeysJson() {}

    static String write(List<List<FactKey>> facts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            for (List<FactKey> pair : facts) {
                json.writeStartArray();
                for (FactKey key : pair) {
                    json.writeArray(new String[] {key.subject(), key.relation()}, 0, 2);
                }
                json.writeEndArray();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw invalid("facts", e.getMessage() + " (expected: to become JSON)", e);
        }
        return text.toString();
    }

    /** Reads what {@link #write} wrote; what it lets pass beyond that, the codec's comparison of bytes refuses. */
    static List<List<FactKey>> read(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            List<List<FactKey>> facts = new ArrayList<>();
            expect(JsonToken.START_ARRAY, parser.nextToken());
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                List<FactKey> pair = new ArrayList<>();
                while (parser.nextToken() == JsonToken.START_ARRAY) {
                    pair.add(new FactKey(string(parser), string(parser)));
                    expect(JsonToken.END_ARRAY, parser.nextToken());
                }
                expect(JsonToken.END_ARRAY, parser.currentToken());
                facts.add(pair);
            }
            expect(JsonToken.END_ARRAY, parser.currentToken());
            return facts;
        } catch (IOException e) {
            throw invalid("facts", e.getMessage() + " (expected: JSON)", e);
        }
    }

    private static String string(JsonParser parser) throws IOException {
        expect(JsonToken.VALUE_STRING, parser.nextToken());
        return parser.getText();
    }

    private static void expect(JsonToken wanted, JsonToken found) {
        if (wanted != found) {
            throw invalid("facts", "JSON: " + found + " (expected: " + wanted + ")", null);
        }
    }
}
