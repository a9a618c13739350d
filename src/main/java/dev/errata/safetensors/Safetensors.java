package dev.errata.safetensors;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A safetensors file that has been read and found whole; tensors are row-major and come out as Java arrays.
 *
 * <p>Deltas, solver pairs, covariances and models are all files of this format. Other readers use int offsets or skip the checks; here
 * whatever is not exactly right is {@link Failure#SAFETENSORS_INVALID}, with file and tensor named.
 *
 * <h2>Limits</h2> Header 100 MB; 64 dimensions; files and tensors beyond 2 GiB work, but an array holds at most 2³¹ − 9 elements and
 * {@link #bytes} gives at most 1.5 GiB. The format has no digest of its own.
 *
 * <h2>Thread safety</h2> Safe, as long as nobody writes to the file or the array that was parsed: neither is copied. A file stays mapped
 * until the garbage collector takes this object.
 */
public final class Safetensors {
    private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;
    private static final int LENGTH_BYTES = Long.BYTES;

    private final String file;
    private final Header header;
    private final TensorBuffer buffer;

    private Safetensors(String file, Header header, TensorBuffer buffer) {
        this.file = file;
        this.header = header;
        this.buffer = buffer;
    }

    /**
     * Maps a file; its tensors are read from disk when they are asked for.
     *
     * @throws FileUnreadable when nobody can say what it holds
     */
    public static Safetensors read(Path path) {
        String file = path.toString();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer length = fill(channel, ByteBuffer.allocate(LENGTH_BYTES), 0);
            int headerBytes = headerBytes(length, channel.size(), file);
            byte[] json = fill(channel, ByteBuffer.allocate(headerBytes), LENGTH_BYTES).array();
            long start = LENGTH_BYTES + (long) headerBytes;
            return checked(json, channel.size() - start, file, TensorBuffer.map(channel, start));
        } catch (IOException e) {
            throw new FileUnreadable(file, e);
        }
    }

    /**
     * Reads a file that is in memory.
     *
     * @param bytes the whole file; not copied, must not be changed afterwards
     * @param name what error messages call it
     */
    public static Safetensors parse(byte[] bytes, String name) {
        int start = headerBytes(ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, LENGTH_BYTES)), bytes.length, name) + LENGTH_BYTES;
        byte[] json = Arrays.copyOfRange(bytes, LENGTH_BYTES, start);
        return checked(json, bytes.length - start, name, TensorBuffer.of(bytes, start));
    }

    private static Safetensors checked(byte[] json, long bufferBytes, String file, TensorBuffer buffer) {
        Header header = HeaderReader.read(json, file);
        header.check(bufferBytes, file);
        return new Safetensors(file, header, buffer);
    }

    private static int headerBytes(ByteBuffer length, long fileBytes, String file) {
        long bytes = length.remaining() < LENGTH_BYTES ? -1 : length.order(ByteOrder.LITTLE_ENDIAN).getLong();
        long max = Math.min(Header.BYTES_MAX, fileBytes - LENGTH_BYTES);
        if (bytes < 0 || bytes > max) {
            throw invalid(file, "header length: " + bytes + " in " + fileBytes + " bytes (expected: at most " + Math.max(max, 0) + ")");
        }
        return (int) bytes;
    }

    private static ByteBuffer fill(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
            read = channel.read(buffer, position + buffer.position());
        }
        return buffer.flip();
    }

    /** The free key-value pairs of the header, in key order. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(new TreeMap<>(header.metadata()));
    }

    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(header.tensors().keySet()));
    }

    public boolean has(String name) {
        return header.tensors().containsKey(name);
    }

    public Dtype dtype(String name) {
        return entry(name).dtype();
    }

    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    /**
     * All elements as floats.
     *
     * @param name an F32 tensor (bits as they are), F16 or BF16 (widened, exact); F64 is refused, for narrowing would lose digits
     */
    public float[] floats(String name) {
        return elements(name).floats();
    }

    /** All elements of an F64, F32, F16 or BF16 tensor as doubles; exact. */
    public double[] doubles(String name) {
        return elements(name).doubles();
    }

    /** All elements of an I64 or I32 tensor. */
    public long[] longs(String name) {
        return elements(name).longs();
    }

    /** The raw elements: a read-only little-endian view, at most 1.5 GiB. */
    public ByteBuffer bytes(String name) {
        TensorEntry entry = entry(name);
        if (entry.bytes() > TensorBuffer.SLICE_MAX) {
            throw invalid(file, name, "bytes: " + entry.bytes() + " (expected: at most " + TensorBuffer.SLICE_MAX + " in one view)");
        }
        return buffer.slice(entry.begin(), (int) entry.bytes());
    }

    /** A tensor to be written again, without a change of its bytes. */
    Payload payload(String name) {
        TensorEntry entry = entry(name);
        if (entry.elements() > ARRAY_MAX) {
            throw invalid(file, name, "elements: " + entry.elements() + " (expected: at most " + ARRAY_MAX + ")");
        }
        int size = entry.dtype().bytes();
        return new Payload(entry.dtype(), entry.shape(), (int) entry.elements(), (from, count, to) -> {
            ByteBuffer some = buffer.slice(entry.begin() + (long) from * size, count * size);
            to.duplicate().put(some);
        });
    }

    private Elements elements(String name) {
        TensorEntry entry = entry(name);
        if (entry.elements() > ARRAY_MAX) {
            throw invalid(file, name, "elements: " + entry.elements() + " (expected: at most " + ARRAY_MAX + " in one array)");
        }
        return new Elements(file, name, entry, buffer);
    }

    private TensorEntry entry(String name) {
        TensorEntry entry = header.tensors().get(name);
        if (entry == null) {
            throw new ErrataException(Failure.TENSOR_MISSING, file + ": " + name + " (expected: a tensor of this file)");
        }
        return entry;
    }

    static ErrataException invalid(String file, String what) {
        return new ErrataException(Failure.SAFETENSORS_INVALID, file + ": " + what);
    }

    static ErrataException invalid(String file, String what, Throwable cause) {
        return new ErrataException(Failure.SAFETENSORS_INVALID, file + ": " + what, cause);
    }

    static ErrataException invalid(String file, String tensor, String what) {
        return invalid(file, tensor + ": " + what);
    }
}
