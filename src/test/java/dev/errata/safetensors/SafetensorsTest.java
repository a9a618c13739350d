package dev.errata.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static byte[] file(String header, int... buffer) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + buffer.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (int b : buffer) {
            bytes.put((byte) b);
        }
        return bytes.array();
    }

    private static Safetensors one(String dtype, int elements, int... buffer) {
        String where = "\"shape\":[" + elements + "],\"data_offsets\":[0," + buffer.length + "]";
        return Safetensors.parse(file("{\"t\":{\"dtype\":\"" + dtype + "\"," + where + "}}", buffer), "f");
    }

    private static void refused(byte[] bytes) {
        assertThatThrownBy(() -> Safetensors.parse(bytes, "some.safetensors"))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SAFETENSORS_INVALID))
                .hasMessageStartingWith("some.safetensors: ")
                .hasMessageContaining("(expected: ");
    }

    @Test
    void shouldReadEveryPartWhenFileIsWhole() {
        Safetensors file = Safetensors.parse(file("{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[1,3],\"data_offsets\":[4,7]},"
                + "\"empty\":{\"dtype\":\"F64\",\"shape\":[0,9],\"data_offsets\":[4,4]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}   ", 0, 0, 0x80, 0x3f, 7, 8, 9), "f");

        assertThat(file.metadata()).containsExactly(java.util.Map.entry("format", "pt"));
        assertThat(file.names()).containsExactly("a", "b", "empty");
        assertThat(file.has("a")).isTrue();
        assertThat(file.has("c")).isFalse();
        assertThat(file.dtype("b")).isEqualTo(Dtype.U8);
        assertThat(file.shape("b")).containsExactly(1, 3);
        assertThat(file.shape("a")).isEmpty();
        assertThat(file.floats("a")).containsExactly(1f);
        assertThat(file.doubles("empty")).isEmpty();
        assertThat(file.bytes("b")).isEqualTo(ByteBuffer.wrap(new byte[] {7, 8, 9}));
        assertThat(file.bytes("b").isReadOnly()).isTrue();
    }

    @Test
    void shouldConvertExactlyWhenDtypeIsNarrower() {
        assertThat(one("F16", 2, 0x00, 0x3c, 0x01, 0x00).floats("t")).containsExactly(1f, 0x1p-24f);
        assertThat(one("BF16", 2, 0x80, 0xbf, 0x00, 0x80).floats("t")).containsExactly(-1f, -0.0f);
        assertThat(one("F16", 1, 0x00, 0xc0).doubles("t")).containsExactly(-2.0);
        assertThat(one("F32", 1, 0xcd, 0xcc, 0xcc, 0x3d).doubles("t")).containsExactly((double) 0.1f);
        assertThat(one("F64", 1, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f).doubles("t")).containsExactly(1.0);
        assertThat(one("I32", 1, 0xfe, 0xff, 0xff, 0xff).longs("t")).containsExactly(-2L);
        assertThat(one("I64", 1, 1, 0, 0, 0, 0, 0, 0, 0x80).longs("t")).containsExactly(Long.MIN_VALUE + 1);
    }

    @ParameterizedTest
    @CsvSource({"F64, 8", "I64, 8", "BOOL, 1"})
    void shouldRefuseFloatsWhenDtypeDoesNotFit(String dtype, int bytes) {
        assertThatThrownBy(() -> one(dtype, 1, new int[bytes]).floats("t"))
                .isInstanceOf(ErrataException.class)
                .hasMessage("f: t: dtype: " + dtype + " (expected: one of [F32, F16, BF16])");
    }

    @Test
    void shouldSayWhichTensorWhenItIsMissing() {
        assertThatThrownBy(() -> one("U8", 1, 1).shape("x"))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.TENSOR_MISSING))
                .hasMessage("f: x (expected: a tensor of this file)");
    }

    // Every header is for a buffer of eight bytes.
    @ParameterizedTest
    @ValueSource(strings = {
        "", " {}", "[]", "{", "{}", "{\"a\":1}", "{\"a\":{}}", "null",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,7]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"note\":1}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} x",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[0,7]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[1,8]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[9,8]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[8,8]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[5,8]}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693953],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,8],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}",
        "{\"__metadata__\":{\"k\":1},\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
        "{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"},\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
        "{\"__metadata__\":{},\"__metadata__\":{},\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
    })
    void shouldRefuseWhenHeaderIsNotExact(String header) {
        refused(file(header, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void shouldRefuseWhenRankHasNoBound() {
        String ones = "1,".repeat(64) + "1";
        refused(file("{\"a\":{\"dtype\":\"U8\",\"shape\":[" + ones + "],\"data_offsets\":[0,1]}}", 0));
    }

    @Test
    void shouldRefuseWhenHeaderIsNotUtf8() {
        byte[] bytes = file("{\"?\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 0);
        bytes[10] = (byte) 0xff;
        refused(bytes);
    }

    @Test
    void shouldRefuseWhenHeaderLengthDoesNotFit() {
        refused(new byte[0]);
        refused(new byte[7]);
        refused(ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(9).array());
        refused(ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(-1).array());
        refused(ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE).array());
    }

    @Test
    void shouldRefuseWhenFileIsNotThere() {
        assertThatThrownBy(() -> Safetensors.read(Path.of("no-such-file.safetensors")))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SAFETENSORS_INVALID))
                .hasMessageContaining("no-such-file.safetensors");
    }
}
