package dev.errata.safetensors;

import static dev.errata.safetensors.Safetensors.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/** The header of a file that is to be written, as bytes, padded with spaces to a multiple of 8. */
final class HeaderText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ALIGNMENT = 8;

    private HeaderText() {}

    static byte[] of(SortedMap<String, String> metadata, SortedMap<String, Payload> tensors) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(Header.METADATA);
                for (Map.Entry<String, String> e : metadata.entrySet()) {
                    json.writeStringField(e.getKey(), e.getValue());
                }
                json.writeEndObject();
            }
            long begin = 0;
            for (Map.Entry<String, Payload> e : tensors.entrySet()) {
                begin = tensor(json, e.getKey(), e.getValue(), begin);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw invalid("in memory", "header: " + e.getMessage() + " (expected: to become JSON)", e);
        }
        return padded(utf8(text.toString()));
    }

    private static long tensor(JsonGenerator json, String name, Payload tensor, long begin) throws IOException {
        long end = begin + tensor.bytes();
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape(), 0, tensor.shape().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        return end;
    }

    /** Strict: a lone surrogate would become a question mark, and another name than was asked for. */
    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw invalid("in memory", "header: lone surrogate (expected: names and metadata in valid Unicode)", e);
        }
    }

    private static byte[] padded(ByteBuffer text) {
        int length = text.remaining();
        int padded = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (padded > Header.BYTES_MAX) {
            throw invalid("in memory", "header: " + padded + " bytes (expected: at most " + Header.BYTES_MAX + ")");
        }
        byte[] header = new byte[padded];
        text.get(header, 0, length);
        Arrays.fill(header, length, padded, (byte) ' ');
        return header;
    }
}
