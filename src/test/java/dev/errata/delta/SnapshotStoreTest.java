package dev.errata.delta;

import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.LongStream;
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
        store.put(version, weights(version), history.chain);
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

    /** The file may be healthy; others read it. */
    @Test
    void shouldKeepTheFileWhenThisProcessCannotReadIt() {
        Version version = edited("a");
        for (Failure failure : List.of(Failure.FILE_NOT_WRITTEN, Failure.SNAPSHOTS_UNREACHABLE)) {
            List<String> deleted = new ArrayList<>();
            SnapshotStore store = new SnapshotStore(new Unreadable(failure, deleted));

            assertRefused(failure, () -> store.get(version, weights(version)));

            assertThat(deleted).as("%s", failure).isEmpty();
        }
    }

    /** A directory can be opened like a file, but reading it fails. */
    @Test
    void shouldKeepTheFileWhenReadingItFails() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Path file = onlyFile();
        Files.delete(file);
        Files.createDirectory(file);

        assertRefused(Failure.SAFETENSORS_INVALID, () -> store.get(version, weights(version)));

        assertThat(file).exists();
    }

    private record Unreadable(Failure failure, List<String> deleted) implements SnapshotPlace {
        @Override
        public void write(String file, SafetensorsWriter tensors) {}

        @Override
        public Optional<Safetensors> read(String file) {
            throw new ErrataException(failure, "file: none left (expected: one more)");
        }

        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public void delete(String file) {
            deleted.add(file);
        }
    }

    @Test
    void shouldTakeTheWeightsAgainWhenTheyWereDropped() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Files.write(onlyFile(), new byte[0]);
        assertDropped(store, version);

        store.put(version, weights(version), history.chain);

        assertThat(store.get(version, weights(version))).contains(weights(version));
    }

    @Test
    void shouldSayThatItIsNotWrittenWhenThereIsNoDirectoryToWriteIn() throws IOException {
        Version version = edited("a");
        SnapshotStore store = new SnapshotStore(Files.createFile(directory.resolve("taken")));

        assertRefused(Failure.FILE_NOT_WRITTEN, () -> store.put(version, weights(version), history.chain));
    }

    @Test
    void shouldDeleteWhatAnotherProcessDidNotFinishLongAgo() throws IOException {
        Version first = edited("a");
        Version second = edited("b");
        SnapshotStore store = holding(first);
        Path left = Files.createFile(directory.resolve("1.safetensors.2.tmp"));
        Files.setLastModifiedTime(left, FileTime.fromMillis(1000));
        Path young = Files.createFile(directory.resolve("1.safetensors.3.tmp"));

        store.put(second, weights(second), history.chain);

        assertThat(left).doesNotExist();
        assertThat(young).exists();
        assertThat(store.get(first, weights(first))).contains(weights(first));
    }

    private List<Long> kept(SnapshotStore store, int versions) {
        return LongStream.rangeClosed(1, versions).boxed()
                .filter(number -> store.get(history.chain.get(number), history.weights.get(0)).isPresent())
                .toList();
    }

    @Test
    void shouldKeepTheNewestTwoAndFewerOfOlderOnes() {
        SnapshotStore store = new SnapshotStore(directory);
        for (int i = 1; i <= 20; i++) {
            Version version = edited("o" + i);
            store.put(version, weights(version), history.chain);
        }

        assertThat(kept(store, 20)).containsSubsequence(19L, 20L).hasSizeLessThan(10);
    }

    /** A log that was restored from a backup and went another way. */
    @Test
    void shouldDeleteWhatIsOfNoVersionOfThisLog() throws IOException {
        Version version = edited("a");
        SnapshotStore store = holding(version);
        Files.move(onlyFile(), directory.resolve("1-" + "0".repeat(64) + ".safetensors"));
        Path unnumbered = Files.createFile(directory.resolve(version.digest() + ".safetensors"));

        store.put(version, weights(version), history.chain);

        assertThat(onlyFile()).hasFileName("1-" + version.digest() + ".safetensors");
        assertThat(unnumbered).doesNotExist();
    }

    /** One that took the line over has come further than this process knows. */
    @Test
    void shouldLeaveAloneWhatIsOfALaterVersionOrNoneOfOurs() throws IOException {
        Version version = edited("a");
        SnapshotStore store = new SnapshotStore(directory);
        Path later = Files.createFile(directory.resolve("2-" + "0".repeat(64) + ".safetensors"));
        Path other = Files.createFile(directory.resolve("notes.txt"));

        store.put(version, weights(version), history.chain);

        assertThat(later).exists();
        assertThat(other).exists();
    }

    /** On the disk of this machine a file that is open outlives its name. */
    @Test
    void shouldReadToTheEndWhatIsDeletedMeanwhile() {
        Version version = edited("a");
        holding(version);
        SnapshotDirectory place = new SnapshotDirectory(directory);
        String name = place.names().get(0);
        Safetensors open = place.read(name).orElseThrow();

        place.delete(name);

        assertThat(open.floats("a.weight")).isEqualTo(weights(version).get("a.weight").values());
        assertThat(place.read(name)).isEmpty();
    }
}
