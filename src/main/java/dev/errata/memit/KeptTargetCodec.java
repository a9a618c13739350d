package dev.errata.memit;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A kept target as bytes, so that a file or a record that was cut short or altered is never taken for a target.
 *
 * <p>Little-endian: the text {@code ERRATAZ1}, d as int32, the NLL as float64, z and the initial state as float32, and SHA-256 of all of
 * it. Law: {@code decode(encode(x)).equals(x)}, and no other bytes decode.
 */
public final class KeptTargetCodec {
    private static final long MAGIC = 0x315a_4154_4152_5245L;
    private static final int HEAD = Long.BYTES + Integer.BYTES + Double.BYTES;
    private static final int SHA256 = 32;

    private KeptTargetCodec() {}

    /** {@code 52 + 8·d} bytes. */
    public static byte[] encode(KeptTarget kept) {
        float[] target = kept.target();
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(length(target.length))).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putInt(target.length).putDouble(kept.nll());
        out.asFloatBuffer().put(target).put(kept.initial());
        out.position(out.capacity() - SHA256);
        out.put(sha256(out.array(), out.position()));
        return out.array();
    }

    /** @throws ErrataException RECORD_UNREADABLE for bytes that {@link #encode} cannot have written */
    public static KeptTarget decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        require(bytes.length > HEAD + SHA256, bytes.length + " bytes", "more than " + (HEAD + SHA256));
        require(in.getLong() == MAGIC, "first bytes", "ERRATAZ1");
        int width = in.getInt();
        require(width > 0 && bytes.length == length(width), width + " numbers in " + bytes.length + " bytes", "52 + 8 for each");
        byte[] digest = Arrays.copyOfRange(bytes, bytes.length - SHA256, bytes.length);
        require(Arrays.equals(digest, sha256(bytes, bytes.length - SHA256)), "SHA-256", "that of the bytes before it");
        double nll = in.getDouble();
        float[] target = new float[width];
        float[] initial = new float[width];
        in.asFloatBuffer().get(target).get(initial);
        return new KeptTarget(target, initial, nll);
    }

    private static long length(int width) {
        return HEAD + SHA256 + 2L * Float.BYTES * width;
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing (expected: every Java platform has it)", e);
        }
    }

    private static void require(boolean holds, String found, String expected) {
        if (!holds) {
            throw new ErrataException(Failure.RECORD_UNREADABLE, "kept target: " + found + " (expected: " + expected + ")");
        }
    }
}
