package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    @Test
    void shouldDigestAFileLikeItsBytesWhenItIsLongerThanAStep(@TempDir Path directory) throws IOException {
        byte[] bytes = new byte[200_001];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 >> 3);
        }
        Path file = Files.write(directory.resolve("file"), bytes);

        assertThat(Digest.sha256(file)).isEqualTo(Digest.sha256(bytes));
        assertThatThrownBy(() -> Digest.sha256(directory.resolve("nowhere")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void shouldBeSha256InLowerCaseHex() {
        // The example of FIPS 180-2, appendix B.1.
        assertThat(Digest.sha256("abc".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16383, 16384, 16385, 40000})
    void shouldBeThatOfLittleEndianBytesWhenFloatsAreHashed(int count) {
        float[] values = new Samples(count).floats(count);
        ByteBuffer bytes = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        assertThat(Digest.sha256(values)).isEqualTo(Digest.sha256(bytes.array()));
    }

    @Test
    void shouldHashOneLinePerTensorInNameOrder() {
        String version = Digest.version(new TreeMap<>(Map.of("b.weight", "22", "a.weight", "11")));
        assertThat(version).isEqualTo(Digest.sha256("a.weight=11\nb.weight=22\n".getBytes(StandardCharsets.UTF_8)));
    }
}
