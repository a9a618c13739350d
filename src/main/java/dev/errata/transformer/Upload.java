package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Brings Java floats to a device.
 *
 * <p>{@code NDManager.create} counts bytes in 32 bits, and on a CPU it leaves the values in Java's direct memory, whose limit is the
 * heap's. Here they travel through one small buffer into memory of the engine's own.
 */
final class Upload {
    private static final int PIECE = 1 << 22;

    private Upload() {}

    /** One array of this shape whose values are the parts one after the other, row-major. */
    static NDArray floats(NDManager manager, List<float[]> parts, long... shape) {
        Shape whole = new Shape(shape);
        long size = parts.stream().mapToLong(part -> part.length).sum();
        if (size != whole.size()) {
            throw new IllegalArgumentException("values: " + size + " (expected: " + whole.size() + " for shape " + whole + ")");
        }
        NDArray array = manager.create(whole, DataType.FLOAT32);
        try (Scope scope = Scope.of(manager)) {
            NDArray flat = scope.enter(array).reshape(-1);
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(PIECE, size) * Float.BYTES).order(ByteOrder.nativeOrder());
            long at = 0;
            for (float[] part : parts) {
                for (int from = 0; from < part.length; from += PIECE) {
                    int count = Math.min(PIECE, part.length - from);
                    buffer.clear().limit(count * Float.BYTES);
                    buffer.asFloatBuffer().put(part, from, count);
                    try (NDArray piece = scope.manager().create(buffer, new Shape(count), DataType.FLOAT32)) {
                        flat.set(new NDIndex("{}:{}", at, at + count), piece);
                    }
                    at += count;
                }
            }
        }
        return array;
    }
}
