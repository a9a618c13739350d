package dev.errata.transformer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names a model by its content: SHA-256 over one line {@code name F32 [shape] sha256} per tensor in name order, and a last line {@code
 * tokenizer.json sha256}.
 *
 * <p>Values count as they are computed with, fp32 little-endian, so a file in another dtype, or cut into other shards, is the same model.
 * Tensors may come in any order; nothing is kept of them but their own digest.
 */
final class ModelDigest {
    private static final int BUFFER_FLOATS = 1 << 14;

    private final Map<String, String> lines = new TreeMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    void add(String name, long[] shape, float[] values) {
        lines.put(name, name + " F32 " + Arrays.toString(shape) + " " + sha256(values) + "\n");
    }

    String finish(byte[] tokenizer) {
        MessageDigest digest = sha256();
        lines.values().forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
        String last = "tokenizer.json " + hex(sha256().digest(tokenizer)) + "\n";
        return hex(digest.digest(last.getBytes(StandardCharsets.UTF_8)));
    }

    private String sha256(float[] values) {
        MessageDigest digest = sha256();
        for (int from = 0; from < values.length; from += BUFFER_FLOATS) {
            int count = Math.min(BUFFER_FLOATS, values.length - from);
            buffer.asFloatBuffer().put(values, from, count);
            digest.update(buffer.array(), 0, count * Float.BYTES);
        }
        return hex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
