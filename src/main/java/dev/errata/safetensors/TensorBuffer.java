package dev.errata.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/** The buffer behind a header: gives any stretch of up to {@link #SLICE_MAX} bytes as a read-only little-endian view. */
interface TensorBuffer {
    /** Windows of a mapped file begin this far apart. */
    int STRIDE = 1 << 29;

    /** Longest stretch that lies within one window wherever it begins: 1.5 GiB. */
    int SLICE_MAX = Integer.MAX_VALUE - STRIDE;

    /** Bytes {@code begin} (inclusive) to {@code begin + length}; {@code length} at most {@link #SLICE_MAX}. */
    ByteBuffer slice(long begin, int length);

    /** The array from {@code offset} on; not copied. */
    static TensorBuffer of(byte[] bytes, int offset) {
        ByteBuffer all = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        return (begin, length) -> view(all, offset + begin, length);
    }

    /**
     * The file from {@code offset} on, mapped. A mapping holds at most 2 GiB, so there is one every {@link #STRIDE} bytes and they
     * overlap: every slice lies whole in the window in which it begins. This costs address space only, no memory.
     */
    static TensorBuffer map(FileChannel file, long offset) throws IOException {
        long bytes = file.size() - offset;
        ByteBuffer[] windows = new ByteBuffer[Math.toIntExact(bytes / STRIDE + 1)];
        for (int i = 0; i < windows.length; i++) {
            long start = (long) i * STRIDE;
            windows[i] = file.map(MapMode.READ_ONLY, offset + start, Math.min(bytes - start, Integer.MAX_VALUE));
        }
        return (begin, length) -> view(windows[(int) (begin / STRIDE)], begin % STRIDE, length);
    }

    private static ByteBuffer view(ByteBuffer buffer, long begin, int length) {
        return buffer.slice((int) begin, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
