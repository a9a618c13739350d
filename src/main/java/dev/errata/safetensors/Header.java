package dev.errata.safetensors;

import static dev.errata.safetensors.Safetensors.invalid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map.Entry;
import java.util.SortedMap;

/** A header that has been read: metadata and tensors by name. */
record Header(SortedMap<String, String> metadata, SortedMap<String, TensorEntry> tensors) {
    /** Limit of the format's own reader; a longer header is an attack or an accident. */
    static final int BYTES_MAX = 100_000_000;

    static final String METADATA = "__metadata__";

    /** Checks that every tensor is as long as its shape says and that together they tile the buffer without holes or overlaps. */
    void check(long bufferBytes, String file) {
        List<Entry<String, TensorEntry>> order = new ArrayList<>(tensors.entrySet());
        // An empty tensor shares its begin with the next one and must come first.
        order.sort(Comparator.comparingLong((Entry<String, TensorEntry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long at = 0;
        for (Entry<String, TensorEntry> e : order) {
            TensorEntry tensor = e.getValue();
            if (tensor.begin() != at || tensor.end() < tensor.begin()) {
                String offsets = "[" + tensor.begin() + "," + tensor.end() + "]";
                throw invalid(file, e.getKey(), "data_offsets: " + offsets + " (expected: to begin at " + at + ")");
            }
            long bytes = byteLength(tensor.shape(), tensor.dtype());
            if (tensor.bytes() != bytes) {
                String wanted = bytes < 0 ? "a size below 2^63" : bytes + " for " + tensor.dtype() + Arrays.toString(tensor.shape());
                throw invalid(file, e.getKey(), "bytes: " + tensor.bytes() + " (expected: " + wanted + ")");
            }
            at = tensor.end();
        }
        if (at != bufferBytes) {
            throw invalid(file, "buffer: " + bufferBytes + " bytes (expected: " + at + ", where the last tensor ends)");
        }
    }

    /** Bytes of a tensor of this shape, or -1 when that is no long. */
    static long byteLength(long[] shape, Dtype dtype) {
        long bytes = dtype.bytes();
        for (long n : shape) {
            if (n < 0 || Math.multiplyHigh(bytes, n) != 0 || bytes * n < 0) {
                return -1;
            }
            bytes *= n;
        }
        return bytes;
    }
}
