package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.Digest;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorFileTest {
    private static final double[] INVERSE = {1, 0, 0, 1};

    @TempDir
    Path directory;

    private PriorFile file() {
        return new PriorFile(directory, "model", 3, "covariance", 100, 2);
    }

    @Test
    void shouldGiveBackWhatWasWritten() {
        file().write(new PriorFile.Saved(INVERSE, 0.5));

        assertThat(file().read()).hasValueSatisfying(saved -> {
            assertThat(saved.inverse()).isEqualTo(INVERSE);
            assertThat(saved.ridge()).isEqualTo(0.5);
        });
    }

    /** With a digest that fits: only the number is none. */
    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "a half"})
    void shouldCountAsNotThereWhenItsRidgeIsNoNumber(String ridge) {
        file().write(new PriorFile.Saved(INVERSE, 0.5));
        Path path = directory.resolve("prior.block-3.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        Safetensors.read(path).metadata().forEach((name, value) -> {
            if (!name.equals("ridge") && !name.equals("sha256")) {
                writer.metadata(name, value);
            }
        });
        writer.metadata("ridge", ridge)
                .metadata("sha256", Digest.sha256(INVERSE) + " " + ridge)
                .doubles("inverse", new long[] {2, 2}, INVERSE)
                .write(path);

        assertThat(file().read()).isEmpty();
    }
}
