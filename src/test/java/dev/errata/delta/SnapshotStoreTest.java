package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

    @Test
    void shouldDropTheFileWhenABitOfItIsWrong() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Path file = onlyFile();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThat(store.get(version, weights(version))).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldDropTheFileWhenItIsCutShort() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Path file = onlyFile();
        Files.write(file, new byte[] {1, 2, 3});

        assertThat(store.get(version, weights(version))).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldTakeTheWeightsAgainWhenTheyWereDropped() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Files.write(onlyFile(), new byte[0]);
        store.get(version, weights(version));

        store.put(version, weights(version));

        assertThat(store.get(version, weights(version))).contains(weights(version));
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
