package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Brings Java floats to a device.
 *
 * <p>{@code NDManager.create} counts bytes in 32 bits, and on a CPU it leaves the values in Java's direct memory, whose limit is the
 * heap's. Here they travel through one small buffer into memory of the engine's own.
 */
final class Upload {
    private static final int PIECE = 1 << 22;

    private Upload() {}

    /** An array of this shape, row-major. */
    static NDArray floats(NDManager manager, float[] values, long... shape) {
        Shape whole = new Shape(shape);
        if (values.length != whole.size()) {
            throw new IllegalArgumentException("values: " + values.length + " (expected: " + whole.size() + " for shape " + whole + ")");
        }
        NDArray array = manager.create(whole, DataType.FLOAT32);
        try (Scope scope = Scope.of(manager)) {
            NDArray flat = scope.enter(array).reshape(-1);
            ByteBuffer buffer = ByteBuffer.allocateDirect(Math.min(PIECE, values.length) * Float.BYTES).order(ByteOrder.nativeOrder());
            for (int from = 0; from < values.length; from += PIECE) {
                int count = Math.min(PIECE, values.length - from);
                buffer.clear().limit(count * Float.BYTES);
                buffer.asFloatBuffer().put(values, from, count);
                try (NDArray piece = scope.manager().create(buffer, new Shape(count), DataType.FLOAT32)) {
                    flat.set(new NDIndex("{}:{}", from, from + count), piece);
                }
            }
        }
        return array;
    }
}
