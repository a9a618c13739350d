package dev.errata.delta;

import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
    @TempDir
    private Path directory;

    private final History history = new History(5);

    private Version edited(String object) {
        return history.edit(List.of(), List.of(History.fact((int) history.chain.head(), object)));
    }

    private SortedMap<String, EditedTensor> weights(Version version) {
        return history.weights.get((int) version.number());
    }

    private SnapshotStore holding(Version version) {
        SnapshotStore store = new SnapshotStore(directory);
        store.put(version, weights(version));
        return store;
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    @Test
    void shouldGiveBackTheWeightsWhenItIsOpenedAgain() {
        Version version = edited("a");
        holding(version);

        assertThat(new SnapshotStore(directory).get(version, weights(version))).contains(weights(version));
    }

    @Test
    void shouldHaveNothingForAVersionThatWasNotPut() {
        Version version = edited("a");

        assertThat(new SnapshotStore(directory).get(version, weights(version))).isEmpty();
    }

    private void assertDropped(SnapshotStore store, Version version) throws IOException {
        Path file = onlyFile();
        assertRefused(Failure.SAFETENSORS_INVALID, () -> store.get(version, weights(version)));
        assertThat(file).doesNotExist();
    }

    /** Wherever a bit flips: refused, or nothing that matters has changed. */
    @Test
    void shouldNeverGiveOtherWeightsWhenABitIsWrong() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Path file = onlyFile();
        byte[] bytes = Files.readAllBytes(file);
        int refused = 0;
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] wrong = bytes.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, wrong);
            try {
                assertThat(store.get(version, weights(version))).contains(weights(version));
            } catch (ErrataException e) {
                assertThat(e.failure()).isEqualTo(Failure.SAFETENSORS_INVALID);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(4 * bytes.length);
    }

    @Test
    void shouldDropTheFileWhereverItIsCutShort() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Path file = onlyFile();
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertDropped(store, version);
        }
    }

    @Test
    void shouldDropTheFileWhenItIsOfAnotherModel() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        new SafetensorsWriter().floats("c.weight", new long[] {1, 1}, new float[] {1}).write(onlyFile());

        assertDropped(store, version);
    }

    @Test
    void shouldTakeTheWeightsAgainWhenTheyWereDropped() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Files.write(onlyFile(), new byte[0]);
        assertDropped(store, version);

        store.put(version, weights(version));

        assertThat(store.get(version, weights(version))).contains(weights(version));
    }

    @Test
    void shouldSayThatItIsNotWrittenWhenThereIsNoDirectoryToWriteIn() throws IOException {
        Version version = edited("a");
        SnapshotStore store = new SnapshotStore(Files.createFile(directory.resolve("taken")));

        assertRefused(Failure.FILE_NOT_WRITTEN, () -> store.put(version, weights(version)));
    }

    @Test
    void shouldDeleteWhatAnotherProcessDidNotFinish() throws IOException {
        Version first = edited("a");
        Version second = edited("b");
        SnapshotStore store = holding(first);
        Path left = Files.createFile(directory.resolve("1.safetensors.2.tmp"));

        store.put(second, weights(second));

        assertThat(left).doesNotExist();
        assertThat(store.get(first, weights(first))).contains(weights(first));
    }

    @Test
    void shouldKeepTheNewestTwo() throws IOException {
        Version first = edited("a");
        Version second = edited("b");
        SnapshotStore store = holding(first);
        Files.setLastModifiedTime(onlyFile(), FileTime.fromMillis(1000));
        store.put(second, weights(second));
        Version third = edited("c");

        store.put(third, weights(third));

        assertThat(store.get(first, weights(first))).isEmpty();
        assertThat(store.get(second, weights(second))).contains(weights(second));
        assertThat(store.get(third, weights(third))).contains(weights(third));
    }
}
