package dev.errata.safetensors;

/** What a header says of one tensor. {@code begin} and {@code end} are bytes from the start of the buffer, the end exclusive. */
record TensorEntry(Dtype dtype, long[] shape, long begin, long end) {
    long bytes() {
        return end - begin;
    }

    long elements() {
        return bytes() / dtype.bytes();
    }
}
