package dev.errata.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** How an input of one form is made from another: what is changed where, so that the change is read and not stopped at the first byte. */
@FunctionalInterface
public interface Shape {
    Shape BYTES = (from, other, mutations) -> mutations.bytes(from, other);

    /** Mostly as a tree; its text now and then. */
    Shape JSON = (from, other, mutations) -> mutations.chance(4) ? mutations.bytes(from, other) : mutations.json(from);

    /** A safetensors file: mostly its header, with the length put right. */
    Shape SAFETENSORS = (from, other, mutations) -> {
        long length = from.length < Long.BYTES ? -1 : ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > from.length - Long.BYTES || mutations.chance(3)) {
            return mutations.bytes(from, other);
        }
        int data = Long.BYTES + (int) length;
        byte[] header = JSON.mutate(Arrays.copyOfRange(from, Long.BYTES, data), other, mutations);
        byte[] head = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array();
        return join(head, header, Arrays.copyOfRange(from, data, from.length));
    };

    /**
     * @param from what is changed; not to be written to
     * @param other something to take pieces from
     */
    byte[] mutate(byte[] from, byte[] other, Mutations mutations);

    /** Lines before an empty line, and then something of this shape. */
    static Shape behindLines(Shape body) {
        return (from, other, mutations) -> {
            int at = emptyLine(from);
            if (at < 0 || mutations.chance(4)) {
                return mutations.bytes(from, other);
            }
            byte[] head = Arrays.copyOf(from, at);
            return join(mutations.chance(4) ? mutations.bytes(head, other) : head,
                    body.mutate(Arrays.copyOfRange(from, at, from.length), other, mutations));
        };
    }

    /** Something that carries a check of itself, which is mostly made to fit again. */
    static Shape sealed(Shape within, UnaryOperator<byte[]> seal) {
        return (from, other, mutations) -> {
            byte[] changed = within.mutate(from, other, mutations);
            return mutations.chance(8) ? changed : seal.apply(changed);
        };
    }

    /** Where what follows the first empty line begins; -1 where there is none. */
    static int emptyLine(byte[] bytes) {
        for (int at = 1; at < bytes.length; at++) {
            if (bytes[at] == '\n' && bytes[at - 1] == '\n') {
                return at + 1;
            }
        }
        return -1;
    }

    static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
