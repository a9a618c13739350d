package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a payload into chunks that fit a Kafka record and puts them together again, or refuses.
 *
 * <p>The version that names the payload holds the SHA-256 of every chunk and of the whole; a chunk that is missing, repeated, out of
 * place or changed by one bit halts the reader here, before anything is decoded.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class Chunks {
    private Chunks() {}

    /**
     * @param payload at least one byte
     * @param chunkBytes length of every chunk but the last, which may be shorter
     */
    public static List<Chunk> split(byte[] payload, int chunkBytes) {
        if (payload.length == 0 || chunkBytes < 1) {
            throw new IllegalArgumentException(
                    "payload of " + payload.length + " bytes in chunks of " + chunkBytes + " (expected: 1 or more, both)");
        }
        int count = (payload.length - 1) / chunkBytes + 1;
        List<Chunk> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int begin = i * chunkBytes;
            int end = begin + Math.min(chunkBytes, payload.length - begin);
            chunks.add(new Chunk(i, count, Arrays.copyOfRange(payload, begin, end)));
        }
        return List.copyOf(chunks);
    }

    /** What a version says of this payload. */
    public static PayloadRef ref(byte[] payload, List<Chunk> chunks) {
        List<ChunkRef> refs = chunks.stream().map(c -> new ChunkRef(c.bytes().length, Digest.sha256(c.bytes()))).toList();
        return new PayloadRef(payload.length, Digest.sha256(payload), refs);
    }

    /**
     * The payload that the chunks make up.
     *
     * @param chunks exactly those that the version names, in order
     * @throws ErrataException {@link Failure#CHUNK_INVALID}
     */
    public static byte[] join(PayloadRef ref, List<Chunk> chunks) {
        int count = ref.chunks().size();
        if (chunks.size() != count) {
            throw invalid("chunks: " + chunks.size() + " (expected: " + count + ")");
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            check(i, ref.chunks().get(i), chunks.get(i), count);
            bytes += chunks.get(i).bytes().length;
        }
        if (bytes != ref.bytes() || bytes > Integer.MAX_VALUE) {
            throw invalid("payload: " + bytes + " bytes (expected: " + ref.bytes() + ", in one array)");
        }
        byte[] payload = new byte[(int) bytes];
        int at = 0;
        for (Chunk chunk : chunks) {
            System.arraycopy(chunk.bytes(), 0, payload, at, chunk.bytes().length);
            at += chunk.bytes().length;
        }
        String sha256 = Digest.sha256(payload);
        if (!sha256.equals(ref.sha256())) {
            throw invalid("payload: SHA-256 " + sha256 + " (expected: " + ref.sha256() + ")");
        }
        return payload;
    }

    private static void check(int place, ChunkRef ref, Chunk chunk, int count) {
        if (chunk.index() != place || chunk.count() != count) {
            throw invalid(chunk + " at place " + place + " (expected: chunk " + place + " of " + count + ")");
        }
        if (chunk.bytes().length != ref.bytes()) {
            throw invalid(chunk + " (expected: " + ref.bytes() + " bytes)");
        }
        String sha256 = Digest.sha256(chunk.bytes());
        if (!sha256.equals(ref.sha256())) {
            throw invalid(chunk + ": SHA-256 " + sha256 + " (expected: " + ref.sha256() + ")");
        }
    }

    private static ErrataException invalid(String message) {
        return new ErrataException(Failure.CHUNK_INVALID, message);
    }
}
