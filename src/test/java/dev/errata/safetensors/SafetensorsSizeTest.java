package dev.errata.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.errata.failure.ErrataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files beyond 2 GiB; sparse, so that they take no space. */
class SafetensorsSizeTest {
    private static final long HOLE = 5L << 30;

    @Test
    void shouldReadAcrossWindowsWhenFileIsLongerThanTwoGibibytes(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("long.safetensors");
        long odd = TensorBuffer.STRIDE - 5;
        String header = "{" + tensor("a", "U8", odd, 0, odd)
                + "," + tensor("b", "F64", 2, odd, odd + 16)
                + "," + tensor("c", "U8", HOLE, odd + 16, odd + 16 + HOLE)
                + "," + tensor("d", "F32", 1, odd + 16 + HOLE, odd + 20 + HOLE) + "}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE, SPARSE)) {
            channel.write(little(8 + json.length).putLong(json.length).put(json).flip());
            channel.write(little(16).putDouble(0.1).putDouble(-0.0).flip(), 8 + json.length + odd);
            channel.write(little(4).putFloat(1.5f).flip(), 8 + json.length + odd + 16 + HOLE);
        }

        Safetensors tensors = Safetensors.read(file);

        assertThat(tensors.doubles("b")).containsExactly(0.1, -0.0);
        assertThat(tensors.floats("d")).containsExactly(1.5f);
        assertThat(tensors.bytes("a").remaining()).isEqualTo((int) odd);
        assertThatThrownBy(() -> tensors.bytes("c")).isInstanceOf(ErrataException.class).hasMessageContaining("c: bytes: " + HOLE);
    }

    private static String tensor(String name, String dtype, long elements, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + elements + "],\"data_offsets\":[" + begin + "," + end + "]}";
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
