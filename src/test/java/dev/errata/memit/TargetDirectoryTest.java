package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetDirectoryTest {
    private static final int WIDTH = 16;
    private static final int BYTES = 52 + 8 * WIDTH;

    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            now = now.plusSeconds(1);
            return now;
        }
    };

    private TargetDirectory open(int targets) {
        return new TargetDirectory(directory, (long) targets * BYTES, clock);
    }

    private static TargetKey key(int number) {
        return new TargetKey(String.format("%064x", number));
    }

    private static KeptTarget target(int number) {
        float[] values = new float[WIDTH];
        values[number % WIDTH] = number;
        return new KeptTarget(values, new float[WIDTH], number);
    }

    private Path file(int number) {
        return directory.resolve(key(number) + ".target");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void shouldFindWhatAnotherProcessHasKept() {
        open(10).keep(key(1), target(1));

        assertThat(open(10).find(key(1))).contains(target(1));
        assertThat(open(10).find(key(2))).isEmpty();
    }

    @Test
    void shouldDropAFileThatIsBroken() throws IOException {
        TargetDirectory targets = open(10);
        targets.keep(key(1), target(1));
        byte[] bytes = Files.readAllBytes(file(1));
        bytes[30] ^= 1;
        Files.write(file(1), bytes);

        assertThat(targets.find(key(1))).isEmpty();
        assertThat(file(1)).doesNotExist();
        targets.keep(key(1), target(1));
        assertThat(targets.find(key(1))).contains(target(1));
    }

    @Test
    void shouldLetGoWhatWasNotAskedForLongestWhenItIsFull() throws IOException {
        TargetDirectory targets = open(10);
        for (int i = 0; i < 10; i++) {
            targets.keep(key(i), target(i));
        }
        targets.find(key(0));

        targets.keep(key(10), target(10));

        assertThat(targets.find(key(0))).as("asked for since").isPresent();
        assertThat(targets.find(key(1))).isEmpty();
        assertThat(targets.find(key(2))).isEmpty();
        assertThat(targets.find(key(3))).isPresent();
        assertThat(targets.find(key(10))).isPresent();
        assertThat(files()).hasSize(9);
    }

    @Test
    void shouldCountAKeyOnceWhenItIsKeptAgain() throws IOException {
        TargetDirectory targets = open(2);

        for (int i = 0; i < 10; i++) {
            targets.keep(key(1), target(1));
        }
        targets.keep(key(2), target(2));

        assertThat(files()).hasSize(2);
    }

    @Test
    void shouldSweepWhatAProcessThatDiedHasLeft() throws IOException {
        Path old = Files.write(directory.resolve("target1.part"), new byte[3]);
        Path young = Files.write(directory.resolve("target2.part"), new byte[3]);
        Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofHours(2))));
        Files.setLastModifiedTime(young, FileTime.from(now));

        open(10);

        assertThat(files()).containsExactly(young);
    }

    @Test
    void shouldGoOnWithoutKeepingWhenTheDirectoryIsGone() throws IOException {
        TargetDirectory targets = open(10);
        Files.delete(directory);

        targets.keep(key(1), target(1));

        assertThat(targets.find(key(1))).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoDirectory() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[1]);

        assertThatThrownBy(() -> new TargetDirectory(file, 1, clock))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.FILE_NOT_WRITTEN))
                .hasMessageContaining("expected: a directory to write to");
    }
}
