package dev.errata.delta;

import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 1, 2};
    private static final List<Chunk> CHUNKS = Chunks.split(PAYLOAD, 2);
    private static final PayloadRef REF = Chunks.ref(PAYLOAD, CHUNKS);

    private static void refused(List<Chunk> chunks) {
        assertRefused(Failure.CHUNK_INVALID, () -> Chunks.join(REF, chunks));
    }

    private static List<Chunk> with(int place, Chunk chunk) {
        List<Chunk> chunks = new ArrayList<>(CHUNKS);
        chunks.set(place, chunk);
        return chunks;
    }

    @Property
    void shouldBeThePayloadWhenSplitAndJoined(
            @ForAll @Size(min = 1, max = 200) byte[] payload, @ForAll @IntRange(min = 1, max = 250) int size) {
        List<Chunk> chunks = Chunks.split(payload, size);
        PayloadRef ref = Chunks.ref(payload, chunks);

        assertThat(Chunks.join(ref, chunks)).isEqualTo(payload);
        assertThat(chunks).hasSize((payload.length + size - 1) / size);
        assertThat(chunks).allMatch(c -> c.bytes().length <= size && c.count() == chunks.size());
        assertThat(ref.bytes()).isEqualTo(payload.length);
        assertThat(ref.sha256()).isEqualTo(Digest.sha256(payload));
    }

    @Property
    void shouldRefuseWhenOneBitFlips(
            @ForAll @Size(min = 1, max = 50) byte[] payload, @ForAll @IntRange(min = 1, max = 60) int size, @ForAll @IntRange int bit) {
        List<Chunk> chunks = Chunks.split(payload, size);
        PayloadRef ref = Chunks.ref(payload, chunks);
        int at = bit % (payload.length * 8);
        chunks.get(at / 8 / size).bytes()[at / 8 % size] ^= (byte) (1 << at % 8);
        assertRefused(Failure.CHUNK_INVALID, () -> Chunks.join(ref, chunks));
    }

    @Test
    void shouldRefuseWhenChunkIsMissingRepeatedOrOutOfPlace() {
        refused(CHUNKS.subList(0, 3));
        refused(CHUNKS.subList(1, 4));
        refused(List.of());
        refused(with(1, CHUNKS.get(0)));
        refused(with(3, CHUNKS.get(2)));
        List<Chunk> more = new ArrayList<>(CHUNKS);
        more.add(CHUNKS.get(3));
        refused(more);
        List<Chunk> swapped = new ArrayList<>(CHUNKS);
        Collections.swap(swapped, 0, 1);
        refused(swapped);
    }

    @Test
    void shouldRefuseWhenChunkSaysAnotherPlaceOrCount() {
        refused(with(1, new Chunk(2, 4, CHUNKS.get(1).bytes())));
        refused(with(1, new Chunk(1, 5, CHUNKS.get(1).bytes())));
        refused(with(1, new Chunk(1, 4, new byte[] {3, 4, 0})));
        refused(with(1, new Chunk(1, 4, new byte[] {3})));
    }

    @Test
    void shouldRefuseWhenTheWholeIsNotWhatTheVersionNames() {
        PayloadRef other = new PayloadRef(REF.bytes(), Digest.sha256(new byte[7]), REF.chunks());
        assertRefused(Failure.CHUNK_INVALID, () -> Chunks.join(other, CHUNKS)).hasMessageContaining("payload: SHA-256");
        PayloadRef longer = new PayloadRef(REF.bytes() + 1, REF.sha256(), REF.chunks());
        assertRefused(Failure.CHUNK_INVALID, () -> Chunks.join(longer, CHUNKS)).hasMessageContaining("payload: 7 bytes");
    }

    @Test
    void shouldRefuseToSplitWhenThereIsNothing() {
        assertThatThrownBy(() -> Chunks.split(new byte[0], 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Chunks.split(PAYLOAD, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
