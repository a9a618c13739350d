package dev.errata.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Changes of inputs, decided by one generator: the same generator makes the same changes. */
public final class Mutations {
    /** Inputs are not made longer than this: enough for what grows with the square of a length to show. */
    static final int BYTES_MAX = 1 << 16;

    private static final long[] NUMBERS = {
        0, 1, -1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFFFFFFL, 0x100000000L,
        Long.MAX_VALUE, Long.MIN_VALUE, 100_000_000, 100_000_001
    };
    private static final byte[][] PIECES = {
        {(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {0}, {'\n'}, {' '}, {'"'}, {'\\'}, {'{'}, {'}'}, {'['}, {']'}, {','}, {':'}, ascii("\\ud800"),
        {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, ascii("1e999999999"),
        ascii("99999999999999999999"), ascii("-"), ascii("{}")
    };

    private final RandomGenerator random;
    private final JsonMutations json;

    Mutations(RandomGenerator random) {
        this.random = random;
        this.json = new JsonMutations(random);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** True once in so many times. */
    boolean chance(int times) {
        return random.nextInt(times) == 0;
    }

    /** A JSON text changed as a tree; one that is none, as bytes. */
    byte[] json(byte[] text) {
        return json.mutate(text).orElseGet(() -> bytes(text, text));
    }

    /** One to four changes of bytes. */
    byte[] bytes(byte[] from, byte[] other) {
        byte[] bytes = from;
        for (int changes = chance(2) ? 1 : 1 + random.nextInt(4); changes > 0; changes--) {
            bytes = once(bytes, other);
        }
        return bytes.length > Math.max(BYTES_MAX, from.length) ? Arrays.copyOf(bytes, BYTES_MAX) : bytes;
    }

    private byte[] once(byte[] bytes, byte[] other) {
        int at = random.nextInt(bytes.length + 1);
        int end = at + random.nextInt(Math.min(bytes.length - at, 64) + 1);
        return switch (random.nextInt(10)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> replaced(bytes, at, end, new byte[0]);
            case 2 -> replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
            case 3 -> replaced(bytes, at, at, repeated(Arrays.copyOfRange(bytes, at, end)));
            case 4 -> replaced(bytes, at, chance(2) ? at : end, PIECES[random.nextInt(PIECES.length)]);
            case 5 -> replaced(bytes, at, end, piece(other));
            case 6 -> number(bytes, at);
            case 7 -> replaced(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt(256)});
            default -> flipped(bytes, at);
        };
    }

    private byte[] piece(byte[] other) {
        int from = random.nextInt(other.length + 1);
        return Arrays.copyOfRange(other, from, from + random.nextInt(Math.min(other.length - from, 256) + 1));
    }

    private byte[] repeated(byte[] piece) {
        int times = piece.length == 0 ? 0 : random.nextInt(chance(16) ? BYTES_MAX / piece.length : 16);
        ByteBuffer all = ByteBuffer.allocate(times * piece.length);
        for (int i = 0; i < times; i++) {
            all.put(piece);
        }
        return all.array();
    }

    private byte[] flipped(byte[] bytes, int at) {
        if (at == bytes.length) {
            return bytes;
        }
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    /** Overwrites 1, 2, 4 or 8 bytes with a number at the edge of something. */
    private byte[] number(byte[] bytes, int at) {
        int length = 1 << random.nextInt(4);
        if (bytes.length - at < length) {
            return bytes;
        }
        ByteOrder order = chance(4) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        long value = NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
        ByteBuffer eight = ByteBuffer.allocate(Long.BYTES).order(order).putLong(value);
        int from = order == ByteOrder.BIG_ENDIAN ? Long.BYTES - length : 0;
        return replaced(bytes, at, at + length, Arrays.copyOfRange(eight.array(), from, from + length));
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        return Shape.join(Arrays.copyOf(bytes, from), by, Arrays.copyOfRange(bytes, to, bytes.length));
    }
}
