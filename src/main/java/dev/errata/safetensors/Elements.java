package dev.errata.safetensors;

import static dev.errata.safetensors.Safetensors.invalid;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** The elements of one tensor as a Java array. Works in steps, since a tensor may be longer than any buffer. */
final class Elements {
    /** Bytes of a step; a multiple of every element's size. */
    private static final int STEP = 1 << 26;

    private static final Set<Dtype> TO_FLOAT = EnumSet.of(Dtype.F32, Dtype.F16, Dtype.BF16);
    private static final Set<Dtype> TO_DOUBLE = EnumSet.of(Dtype.F64, Dtype.F32, Dtype.F16, Dtype.BF16);
    private static final Set<Dtype> TO_LONG = EnumSet.of(Dtype.I64, Dtype.I32);

    private final String file;
    private final String name;
    private final TensorEntry entry;
    private final TensorBuffer buffer;

    Elements(String file, String name, TensorEntry entry, TensorBuffer buffer) {
        this.file = file;
        this.name = name;
        this.entry = entry;
        this.buffer = buffer;
    }

    /** Writes the elements of one step into the result from index {@code at} on. */
    private interface Step {
        void put(ByteBuffer bytes, int at);
    }

    float[] floats() {
        require(TO_FLOAT);
        float[] values = new float[(int) entry.elements()];
        if (entry.dtype() == Dtype.F32) {
            steps((bytes, at) -> bytes.asFloatBuffer().get(values, at, bytes.remaining() / Float.BYTES));
            return values;
        }
        boolean half = entry.dtype() == Dtype.F16;
        steps((bytes, at) -> {
            ShortBuffer from = bytes.asShortBuffer();
            for (int i = 0; i < from.limit(); i++) {
                values[at + i] = half ? Half.f16(from.get(i)) : Half.bf16(from.get(i));
            }
        });
        return values;
    }

    double[] doubles() {
        require(TO_DOUBLE);
        double[] values = new double[(int) entry.elements()];
        if (entry.dtype() == Dtype.F64) {
            steps((bytes, at) -> bytes.asDoubleBuffer().get(values, at, bytes.remaining() / Double.BYTES));
            return values;
        }
        float[] floats = floats();
        Arrays.setAll(values, i -> floats[i]);
        return values;
    }

    long[] longs() {
        require(TO_LONG);
        long[] values = new long[(int) entry.elements()];
        if (entry.dtype() == Dtype.I64) {
            steps((bytes, at) -> bytes.asLongBuffer().get(values, at, bytes.remaining() / Long.BYTES));
            return values;
        }
        steps((bytes, at) -> {
            IntBuffer from = bytes.asIntBuffer();
            for (int i = 0; i < from.limit(); i++) {
                values[at + i] = from.get(i);
            }
        });
        return values;
    }

    private void require(Set<Dtype> wanted) {
        if (!wanted.contains(entry.dtype())) {
            throw invalid(file, name, "dtype: " + entry.dtype() + " (expected: one of " + wanted + ")");
        }
    }

    private void steps(Step step) {
        for (long done = 0; done < entry.bytes(); done += STEP) {
            int length = (int) Math.min(STEP, entry.bytes() - done);
            step.put(buffer.slice(entry.begin() + done, length), (int) (done / entry.dtype().bytes()));
        }
    }
}
