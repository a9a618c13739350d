package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadStoreTest {
    private static final byte[] PAYLOAD = "some factors".getBytes();
    private static final PayloadRef REF = ref(PAYLOAD);

    @TempDir
    Path directory;

    private static PayloadRef ref(byte[] payload) {
        return Chunks.ref(payload, Chunks.split(payload, 5));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void shouldGiveBackWhatWasPutWhenItIsOpenedAgain() throws IOException {
        new PayloadStore(directory).put(REF, PAYLOAD);

        PayloadStore again = new PayloadStore(directory);

        assertThat(again.get(REF)).contains(PAYLOAD);
        assertThat(again.require(REF)).isEqualTo(PAYLOAD);
        assertThat(files()).containsExactly(directory.resolve(REF.sha256()));
    }

    @Test
    void shouldSayWhatIsMissingWhenItIsRequired() {
        PayloadStore store = new PayloadStore(directory.resolve("new"));

        assertThat(store.get(REF)).isEmpty();
        assertThatThrownBy(() -> store.require(REF))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.CHUNK_INVALID))
                .hasMessageContaining(REF.sha256());
    }

    @Test
    void shouldTakeTheRightPayloadAgainWhenTheFileWasDamaged() throws IOException {
        PayloadStore store = new PayloadStore(directory);
        store.put(REF, PAYLOAD);
        Files.writeString(directory.resolve(REF.sha256()), "some fact");

        assertThat(store.get(REF)).isEmpty();

        store.put(REF, PAYLOAD);
        assertThat(store.get(REF)).contains(PAYLOAD);
    }

    @Test
    void shouldSweepWhatADeadProcessLeftWhenItIsOpened() throws IOException {
        Path abandoned = Files.writeString(directory.resolve("payload1.part"), "half");
        Path stillWritten = Files.writeString(directory.resolve("payload2.part"), "half");
        new PayloadStore(directory).put(REF, PAYLOAD);
        FileTime longAgo = FileTime.from(Files.getLastModifiedTime(stillWritten).toInstant().minus(Duration.ofHours(2)));
        Files.setLastModifiedTime(abandoned, longAgo);
        Files.setLastModifiedTime(directory.resolve(REF.sha256()), longAgo);

        new PayloadStore(directory);

        assertThat(files()).containsExactlyInAnyOrder(stillWritten, directory.resolve(REF.sha256()));
    }
}
