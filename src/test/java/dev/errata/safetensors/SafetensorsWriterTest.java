package dev.errata.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @Test
    void shouldWriteTheSameBytesWhenOrderOfAddingDiffers() {
        SafetensorsWriter one = new SafetensorsWriter().metadata("z", "1").metadata("a", "\"é\n");
        one.floats("b", new long[] {2}, new float[] {1, -0.0f}).longs("a", new long[] {}, new long[] {-1});
        SafetensorsWriter other = new SafetensorsWriter().longs("a", new long[] {}, new long[] {-1});
        other.floats("b", new long[] {2}, new float[] {1, -0.0f}).metadata("a", "\"é\n").metadata("z", "1");

        String header = "{\"__metadata__\":{\"a\":\"\\\"é\\n\",\"z\":\"1\"},\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        byte[] bytes = one.toBytes();
        assertThat(bytes).isEqualTo(other.toBytes()).hasSize(8 + padded + 16);
        assertThat(bytes[0]).isEqualTo((byte) padded);
        assertThat(Arrays.copyOfRange(bytes, 8, 8 + json.length)).isEqualTo(json);
        assertThat(Arrays.copyOfRange(bytes, 8 + padded, bytes.length))
                .containsExactly(-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x80);
    }

    @Property
    void shouldReadBackTheSameBitsWhenAnythingIsWritten( // Arrays.equals compares bits: -0.0 is not 0.0, NaN is NaN
            @ForAll @Size(max = 6) int[] floatBits, @ForAll @Size(max = 6) double[] doubles, @ForAll @Size(max = 6) long[] longs) {
        float[] floats = new float[floatBits.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(floatBits[i]);
        }
        byte[] bytes = new SafetensorsWriter()
                .floats("f", new long[] {1, floats.length}, floats)
                .doubles("d", new long[] {doubles.length}, doubles)
                .longs("l", new long[] {longs.length, 1}, longs)
                .toBytes();

        Safetensors back = Safetensors.parse(bytes, "f");

        assertThat(Arrays.equals(back.floats("f"), floats)).isTrue();
        assertThat(Arrays.equals(back.doubles("d"), doubles)).isTrue();
        assertThat(back.longs("l")).isEqualTo(longs);
        assertThat(back.shape("l")).containsExactly(longs.length, 1);
    }

    @Test
    void shouldReplaceTheFileAndLeaveNothingElseWhenWritten(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("t.safetensors");
        Files.writeString(file, "old");
        float[] values = new float[Payload.STEP_BYTES / 4 + 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        SafetensorsWriter writer = new SafetensorsWriter().floats("t", new long[] {values.length}, values);

        writer.write(file);

        assertThat(Files.readAllBytes(file)).isEqualTo(writer.toBytes());
        assertThat(Safetensors.read(file).floats("t")).isEqualTo(values);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void shouldFailWithItsCodeWhenDirectoryIsMissing(@TempDir Path directory) {
        assertThatThrownBy(() -> new SafetensorsWriter().write(directory.resolve("none").resolve("t")))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.FILE_NOT_WRITTEN));
    }

    @Test
    void shouldRefuseWhenNameOrShapeIsWrong() {
        SafetensorsWriter writer = new SafetensorsWriter().floats("a", new long[] {1}, new float[1]);
        assertThatThrownBy(() -> writer.floats("a", new long[] {1}, new float[1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.floats("__metadata__", new long[] {1}, new float[1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.floats("b", new long[] {2}, new float[1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SafetensorsWriter().metadata("k", "\ud800").toBytes()).isInstanceOf(ErrataException.class);
    }
}
