package dev.errata.safetensors;

import static dev.errata.safetensors.Safetensors.invalid;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes tensors as safetensors, byte-stably: the same tensors and metadata give the same bytes, in whatever order they were added.
 *
 * <p>Byte-stable files are what lets a digest name a payload. Names are sorted (as Java strings), the JSON is compact with the keys
 * dtype, shape, data_offsets, metadata come first and sorted, and spaces pad the header so that the buffer starts at a multiple of 8.
 *
 * <h2>Limits</h2> {@link #toBytes} 2³¹ − 9 bytes; {@link #write} any size. Names and metadata must be valid Unicode.
 *
 * <h2>Thread safety</h2> None. Arrays are not copied: they must not change before the bytes are made.
 */
public final class SafetensorsWriter {
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private final SortedMap<String, String> metadata = new TreeMap<>();
    private final SortedMap<String, Payload> tensors = new TreeMap<>();

    public SafetensorsWriter metadata(String key, String value) {
        if (metadata.put(key, value) != null) {
            throw new IllegalArgumentException("metadata key: \"" + key + "\" twice (expected: once)");
        }
        return this;
    }

    /** Adds an F32 tensor, row-major. */
    public SafetensorsWriter floats(String name, long[] shape, float[] values) {
        return add(name, Payload.floats(shape, values));
    }

    /** Adds an F64 tensor, row-major. */
    public SafetensorsWriter doubles(String name, long[] shape, double[] values) {
        return add(name, Payload.doubles(shape, values));
    }

    /** Adds an I64 tensor, row-major. */
    public SafetensorsWriter longs(String name, long[] shape, long[] values) {
        return add(name, Payload.longs(shape, values));
    }

    /**
     * Adds a tensor of another file as it is, whatever its dtype; it is read when it is written.
     *
     * @param file stays open until the bytes are made
     */
    public SafetensorsWriter copy(Safetensors file, String name) {
        return add(name, file.payload(name));
    }

    private SafetensorsWriter add(String name, Payload payload) {
        if (name.equals(Header.METADATA) || tensors.put(name, payload) != null) {
            throw new IllegalArgumentException("tensor: \"" + name + "\" (expected: a name that is free and not " + Header.METADATA + ")");
        }
        return this;
    }

    /** The whole file. */
    public byte[] toBytes() {
        byte[] header = HeaderText.of(metadata, tensors);
        long bytes = Long.BYTES + (long) header.length;
        for (Payload tensor : tensors.values()) {
            bytes += tensor.bytes();
        }
        if (bytes > BYTES_MAX) {
            throw invalid("in memory", "bytes: " + bytes + " (expected: at most " + BYTES_MAX + ")");
        }
        ByteBuffer file = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        for (Payload tensor : tensors.values()) {
            tensor.put(0, tensor.elements(), file);
        }
        return file.array();
    }

    /**
     * Writes the file under a temporary name beside it, forces it to disk and renames it: a reader sees the old file or the new one,
     * never half of one. (After a power cut the rename itself may be lost; the old file then stands.)
     *
     * @throws ErrataException {@link Failure#FILE_NOT_WRITTEN}
     */
    public void write(Path file) {
        byte[] header = HeaderText.of(metadata, tensors);
        try {
            Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
            try {
                write(temporary, header);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new ErrataException(Failure.FILE_NOT_WRITTEN, file + ": " + e + " (expected: a file that can be written)", e);
        }
    }

    private void write(Path file, byte[] header) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length);
            writeAll(channel, length.flip());
            writeAll(channel, ByteBuffer.wrap(header));
            ByteBuffer step = ByteBuffer.allocateDirect(Payload.STEP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (Payload tensor : tensors.values()) {
                int stepElements = Payload.STEP_BYTES / tensor.dtype().bytes();
                for (int at = 0; at < tensor.elements(); at += Math.min(stepElements, tensor.elements() - at)) {
                    step.clear();
                    tensor.put(at, Math.min(stepElements, tensor.elements() - at), step);
                    writeAll(channel, step.flip());
                }
            }
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
