package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.Digest;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint whose digest fits and whose contents do not are as good as none; ResumeTest has the others. */
class MomentCheckpointTest {
    private static final int WIDTH = 128;
    private static final List<Integer> BLOCKS = List.of(0);

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

    private long linesOf(String lines, int width, int halves) {
        Covariance.Source source = new Covariance.Source(lm.digest(), "text", "all");
        Path file = directory.resolve("sums");
        double[] sum = new double[width * width];
        double[] sketch = new double[width * SplitHalf.PROBES];
        long[] tokens = new long[halves];
        String digests = Digest.sha256(sum) + Digest.sha256(new double[width]) + Digest.sha256(sketch) + Digest.sha256(sketch) + "0 0\n";
        String all = BLOCKS + "\n" + lines + "\n" + source + "\n9\n" + digests;
        new SafetensorsWriter()
                .metadata("errata", "covariance.partial.v1")
                .metadata("source", source.toString())
                .metadata("blocks", BLOCKS.toString())
                .metadata("tokens", "9")
                .metadata("lines", lines)
                .metadata("sha256", Digest.sha256(all.getBytes(StandardCharsets.UTF_8)))
                .doubles("block.0.sum", new long[] {width, width}, sum)
                .doubles("block.0.scale", new long[] {width}, new double[width])
                .doubles("block.0.first", new long[] {width, SplitHalf.PROBES}, sketch)
                .doubles("block.0.second", new long[] {width, SplitHalf.PROBES}, sketch)
                .longs("block.0.tokens", new long[] {halves}, tokens)
                .write(file);
        try (MomentSums sums = new MomentSums(lm, Overlay.NONE, BLOCKS)) {
            return new MomentCheckpoint(file, source, BLOCKS, Duration.ZERO).restore(sums).lines();
        }
    }

    @Test
    void shouldGoOnFromWhatFits() {
        assertThat(linesOf("7", WIDTH, 2)).isEqualTo(7);
    }

    @Test
    void shouldBeginAnewWhenTheContentsDoNotFit() {
        assertThat(linesOf("7", WIDTH - 1, 2)).as("of another width").isZero();
        assertThat(linesOf("7", WIDTH, 1)).as("of one half").isZero();
        assertThat(linesOf("seven", WIDTH, 2)).as("lines").isZero();
    }
}
