package dev.errata.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, they are read or refused with a code; nothing else ever comes out. */
class SafetensorsFuzzTest {
    private static final String[] TOKENS = {
        "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "0", "-1", "1e9", "9223372036854775807", "18446744073709551616",
        "null", "true", " ", "\"a\"", "\"b\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "\"F32\"", "\"F64\"",
        "\u0000", "é", "[0,8]", "{}"
    };

    private static byte[] whole() {
        return new SafetensorsWriter()
                .metadata("format", "pt")
                .floats("a", new long[] {2, 2}, new float[] {1, 2, 3, 4})
                .doubles("b", new long[] {0}, new double[0])
                .longs("c", new long[] {1}, new long[] {5})
                .toBytes();
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            Safetensors file = Safetensors.parse(bytes, "f");
            for (String name : file.names()) {
                assertThat(file.bytes(name).remaining()).isLessThanOrEqualTo(bytes.length);
                elements(file, name);
            }
        } catch (ErrataException e) {
            assertThat(e.failure()).isEqualTo(Failure.SAFETENSORS_INVALID);
        }
    }

    private static void elements(Safetensors file, String name) {
        switch (file.dtype(name)) {
            case F64, F32, F16, BF16 -> assertThat(file.doubles(name)).isNotNull();
            case I64, I32 -> assertThat(file.longs(name)).isNotNull();
            case I16, I8, U8, BOOL -> assertThat(file.bytes(name)).isNotNull();
        }
    }

    @Property(tries = 3000)
    void shouldReadOrRefuseWhenBytesAreChanged(@ForAll @Size(min = 1, max = 4) int[] places, @ForAll byte[] values) {
        byte[] bytes = whole();
        for (int i = 0; i < Math.min(places.length, values.length); i++) {
            bytes[Math.floorMod(places[i], bytes.length)] = values[i];
        }
        readOrRefuse(bytes);
    }

    @Property
    void shouldRefuseWhenFileIsCutOrLonger(@ForAll @IntRange(min = -200, max = 20) int more) {
        byte[] bytes = whole();
        if (more != 0) {
            byte[] other = Arrays.copyOf(bytes, Math.max(0, bytes.length + more));
            assertThatThrownBy(() -> Safetensors.parse(other, "f")).isInstanceOf(ErrataException.class);
        }
    }

    @Property(tries = 3000)
    void shouldReadOrRefuseWhenHeaderIsMadeOfItsTokens(
            @ForAll @Size(max = 40) int[] tokens, @ForAll boolean inside, @ForAll @IntRange(max = 32) int buffer) {
        StringBuilder text = new StringBuilder("{");
        if (inside) {
            text.append("\"a\":{\"dtype\":\"F32\",\"shape\":[");
        }
        for (int token : tokens) {
            text.append(TOKENS[Math.floorMod(token, TOKENS.length)]);
        }
        byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);
        readOrRefuse(ByteBuffer.allocate(8 + json.length + buffer).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).array());
    }

    @Property
    void shouldReadOrRefuseWhenBytesAreAnything(@ForAll byte[] bytes) {
        readOrRefuse(bytes);
    }

    /** Deep nesting is where parsers overflow their stack. */
    @Test
    void shouldRefuseWhenHeaderIsNestedDeeply() {
        byte[] json = ("{\"a\":" + "[".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
        readOrRefuse(ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).array());
    }
}
