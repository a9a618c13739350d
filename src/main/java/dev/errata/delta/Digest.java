package dev.errata.delta;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/** SHA-256 in lower-case hex: of bytes, of a file, of a tensor's values, of a set of tensors. Stateless. */
public final class Digest {
    /** Values are encoded in pieces of this many bytes: small enough for the cache, large enough that the call does not count. */
    private static final int STEP_BYTES = 1 << 16;

    private Digest() {}

    public static String sha256(byte[] bytes) {
        return hex(sha256().digest(bytes));
    }

    /** Of a file, however large. */
    public static String sha256(Path file) {
        MessageDigest digest = sha256();
        byte[] step = new byte[STEP_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(step); count >= 0; count = in.read(step)) {
                digest.update(step, 0, count);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read", e);
        }
        return hex(digest.digest());
    }

    /** Over the fp32 values as little-endian bytes, in the order of the array. */
    public static String sha256(float[] values) {
        MessageDigest digest = sha256();
        ByteBuffer step = ByteBuffer.allocate(STEP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; ) {
            int count = Math.min(STEP_BYTES / Float.BYTES, values.length - at);
            step.asFloatBuffer().put(values, at, count);
            digest.update(step.array(), 0, count * Float.BYTES);
            at += count;
        }
        return hex(digest.digest());
    }

    /** Over the fp64 values as little-endian bytes, in the order of the array. */
    public static String sha256(double[] values) {
        MessageDigest digest = sha256();
        ByteBuffer step = ByteBuffer.allocate(STEP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; ) {
            int count = Math.min(STEP_BYTES / Double.BYTES, values.length - at);
            step.asDoubleBuffer().put(values, at, count);
            digest.update(step.array(), 0, count * Double.BYTES);
            at += count;
        }
        return hex(digest.digest());
    }

    /**
     * The digest of a version: over one line {@code name=sha256\n} for each edited tensor, in name order, as UTF-8.
     *
     * @param tensors SHA-256 of each edited tensor by name
     */
    public static String version(SortedMap<String, String> tensors) {
        StringBuilder lines = new StringBuilder();
        tensors.forEach((name, sha256) -> lines.append(name).append('=').append(sha256).append('\n'));
        return sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing (expected: every Java platform has it)", e);
        }
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
