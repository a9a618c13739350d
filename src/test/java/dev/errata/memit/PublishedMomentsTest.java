package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that NumPy wrote (src/test/python/published_moments.py), and files that are wrong. */
class PublishedMomentsTest {
    private static final int WIDTH = 128;
    private static final int TOKENS = 300;
    private static final String NAME = "transformer.h.0.mlp.fc_out_float32_mom2_100.npz";

    private static CausalLm lm;

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        lm = TinyModel.load();
    }

    @AfterAll
    static void close() {
        lm.close();
    }

    private static Path resources() {
        try {
            return Path.of(PublishedMomentsTest.class.getResource("/npz").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The mean of k kᵀ over the keys that the script makes. */
    private static double[] mean(int block) {
        int state = block + 1;
        double[][] keys = new double[TOKENS][WIDTH];
        for (double[] key : keys) {
            for (int i = 0; i < WIDTH; i++) {
                state = state * 1664525 + 1013904223;
                key[i] = ((state >>> 24) - 128) / 64.0;
            }
        }
        double[] mean = new double[WIDTH * WIDTH];
        for (int i = 0; i < mean.length; i++) {
            for (double[] key : keys) {
                mean[i] += key[i / WIDTH] * key[i % WIDTH];
            }
            mean[i] /= TOKENS;
        }
        return mean;
    }

    @Test
    void shouldReadWhatNumPyWroteStoredAndCompressed() {
        Covariance covariance = PublishedMoments.load(resources(), lm, List.of(0, 1));

        assertThat(covariance.tokens()).isEqualTo(TOKENS);
        assertThat(covariance.mean(0)).isEqualTo(mean(0));
        assertThat(covariance.mean(1)).isEqualTo(mean(1));
        assertThat(covariance.digest()).isNotEqualTo(PublishedMoments.load(resources(), lm, List.of(0)).digest());
    }

    @Test
    void shouldTakeOneFileWhenOneBlockIsEdited() {
        Path file = resources().resolve(NAME);

        assertThat(PublishedMoments.load(file, lm, List.of(0)).mean(0)).isEqualTo(mean(0));
        refused("one file (expected: a directory", file, List.of(0, 1));
    }

    @Test
    void shouldSayWhichFileIsMissingOrThereTwice() throws IOException {
        refused("0 files for transformer.h.2.mlp.fc_out", resources(), List.of(2));
        Files.copy(resources().resolve(NAME), directory.resolve(NAME));
        Files.copy(resources().resolve(NAME), directory.resolve("transformer.h.0.mlp.fc_out_float32_mom2_200.npz"));
        refused("2 files for transformer.h.0.mlp.fc_out", directory, List.of(0));
    }

    @Test
    void shouldRefuseWhatIsNotASumOfThisModelsKeys() throws IOException {
        byte[] sum = floats("'<f4'", "(128, 128)", WIDTH * WIDTH);
        byte[] count = count(300);

        read(npz(sum, count));
        refused("mom2.mom2.npy: missing", npz(null, count));
        refused("mom2.count.npy: missing", npz(sum, null));
        refused("shape: (64,256)", npz(floats("'<f4'", "(64, 256)", WIDTH * WIDTH), count));
        refused("cannot be read", npz(floats("'<f4'", "(128, 128)", WIDTH * WIDTH - 1), count));
        refused("end: more bytes", npz(floats("'<f4'", "(128, 128)", WIDTH * WIDTH + 1), count));
        refused("header", npz(floats("'|O'", "(128, 128)", WIDTH * WIDTH), count));
        refused("header", npz(floats("'>f4'", "(128, 128)", WIDTH * WIDTH), count));
        refused("beginning", npz("not an array".getBytes(StandardCharsets.UTF_8), count));
        refused("mom2.count.npy: 0.0", npz(sum, count(0)));
        byte[] infinite = sum.clone();
        ByteBuffer.wrap(infinite).order(ByteOrder.LITTLE_ENDIAN).putFloat(infinite.length - 4, Float.POSITIVE_INFINITY);
        refused("element 16383: Infinity", npz(infinite, count));
        refused("an .npz archive", Files.write(directory.resolve("text.npz"), "no zip at all".getBytes(StandardCharsets.UTF_8)));
    }

    /** As many as a header may have: to try every way to share them out took 17 s. */
    @Test
    @Timeout(10)
    void shouldRefuseAHeaderOfBlanksWithoutTryingEveryWayToReadThem() throws IOException {
        String blanks = " ".repeat(65_000);

        refused("header", npz(npy("'<f4'", "(128, 128)" + blanks + "x", new byte[0]), count(300)));
    }

    /** Whatever happens to the bytes, it is read as before or refused with the code; it never fails otherwise. */
    @Test
    void shouldRefuseOrReadWhenBytesAreDamaged() throws IOException {
        byte[] whole = Files.readAllBytes(resources().resolve("transformer.h.1.mlp.fc_out_float32_mom2_100.npz"));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (damaged.length == whole.length) {
                // Both ends are where the archive's own structure is.
                int at = random.nextBoolean() ? random.nextInt(200) : whole.length - 1 - random.nextInt(600);
                damaged[at] ^= (byte) (1 + random.nextInt(255));
            }
            Path file = Files.write(directory.resolve("damaged.npz"), damaged);
            try {
                assertThat(read(file)).as("seed " + seed).hasSize(WIDTH * WIDTH);
            } catch (ErrataException e) {
                assertThat(e.failure()).as("seed " + seed).isEqualTo(Failure.COVARIANCE_MISMATCH);
            }
        }
    }

    private static double[] read(Path file) {
        return PublishedMoments.load(file, lm, List.of(0)).mean(0);
    }

    private static void refused(String why, Path file) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.COVARIANCE_MISMATCH))
                .hasMessageContaining(why);
    }

    private static void refused(String why, Path at, List<Integer> blocks) {
        assertThatThrownBy(() -> PublishedMoments.load(at, lm, blocks))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.COVARIANCE_MISMATCH))
                .hasMessageContaining(why);
    }

    private static byte[] floats(String descr, String shape, int elements) {
        ByteBuffer values = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            values.putFloat(i);
        }
        return npy(descr, shape, values.array());
    }

    private static byte[] count(long count) {
        return npy("'<i8'", "()", ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(count).array());
    }

    private static byte[] npy(String descr, String shape, byte[] values) {
        String dictionary = "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n";
        byte[] header = dictionary.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer all = ByteBuffer.allocate(10 + header.length + values.length).order(ByteOrder.LITTLE_ENDIAN);
        return all.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0)
                .putShort((short) header.length).put(header).put(values).array();
    }

    private Path npz(byte[] sum, byte[] count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "mom2.mom2.npy", sum);
            put(zip, "mom2.count.npy", count);
            put(zip, "sample_size.npy", count(100));
        }
        return Files.write(directory.resolve(NAME), bytes.toByteArray());
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        if (content != null) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
            zip.closeEntry();
        }
    }
}
