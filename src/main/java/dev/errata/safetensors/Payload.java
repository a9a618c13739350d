package dev.errata.safetensors;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A tensor that is to be written: shape and the array that holds it, which is not copied. */
record Payload(Dtype dtype, long[] shape, int elements, Source source) {
    /** Bytes that are written at a time; a multiple of every element's size. */
    static final int STEP_BYTES = 1 << 20;

    /** Copies elements {@code from} to {@code from + count} into a little-endian buffer, whose position it leaves alone. */
    interface Source {
        void put(int from, int count, ByteBuffer to);
    }

    Payload {
        shape = shape.clone();
        if (Header.byteLength(shape, dtype) != (long) elements * dtype.bytes()) {
            throw new IllegalArgumentException(
                    "elements: " + elements + " (expected: as many as shape " + Arrays.toString(shape) + " holds)");
        }
    }

    static Payload floats(long[] shape, float[] values) {
        return new Payload(Dtype.F32, shape, values.length, (from, count, to) -> to.asFloatBuffer().put(values, from, count));
    }

    static Payload doubles(long[] shape, double[] values) {
        return new Payload(Dtype.F64, shape, values.length, (from, count, to) -> to.asDoubleBuffer().put(values, from, count));
    }

    static Payload longs(long[] shape, long[] values) {
        return new Payload(Dtype.I64, shape, values.length, (from, count, to) -> to.asLongBuffer().put(values, from, count));
    }

    long bytes() {
        return (long) elements * dtype.bytes();
    }

    void put(int from, int count, ByteBuffer to) {
        source.put(from, count, to);
        to.position(to.position() + count * dtype.bytes());
    }
}
